-- A file of schema 1 as the version that wrote it left it: of six messages three are open (one of them alarmed),
-- one failed in its route; of three outbox messages two are pending; two states.
CREATE TABLE delivery_ledger (
    name TEXT NOT NULL, term TEXT NOT NULL, reason TEXT NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (name, term, reason)) WITHOUT ROWID;
INSERT INTO "delivery_ledger" VALUES('cloud-http','enqueued','',1);
INSERT INTO "delivery_ledger" VALUES('cloud-mqtt','delivered','',1);
INSERT INTO "delivery_ledger" VALUES('cloud-mqtt','enqueued','',2);
CREATE TABLE failed (
    entry INTEGER PRIMARY KEY, source TEXT NOT NULL, received_at INTEGER NOT NULL,
    reason TEXT NOT NULL, failed_at INTEGER NOT NULL, payload BLOB NOT NULL);
INSERT INTO "failed" VALUES(2,'plant',1767355200123456,'route-failure',1767355200123456,X'696431');
CREATE TABLE identity (sequence INTEGER PRIMARY KEY, identities BLOB NOT NULL);
INSERT INTO "identity" VALUES(1,X'1E5755EF54F61BD71A6A948CAC0BA76A');
INSERT INTO "identity" VALUES(2,X'328B90BCC74C1AB767AE38E32DC25A2B');
INSERT INTO "identity" VALUES(3,X'ADCD36C5E782754AA8DBB536438170E0');
INSERT INTO "identity" VALUES(4,X'DBCDE8867E9BF836B4CA81F21D1D9E01');
INSERT INTO "identity" VALUES(5,X'EA29973BA6D783BFD31A36D28C82776B');
INSERT INTO "identity" VALUES(6,X'BDA43D391C78AD9B6AC28CE952270043');
CREATE TABLE input_ledger (
    name TEXT NOT NULL, term TEXT NOT NULL, reason TEXT NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (name, term, reason)) WITHOUT ROWID;
INSERT INTO "input_ledger" VALUES('plant','alarmed','',1);
INSERT INTO "input_ledger" VALUES('plant','normal','',1);
INSERT INTO "input_ledger" VALUES('plant','received','',7);
INSERT INTO "input_ledger" VALUES('plant','redelivered','',1);
INSERT INTO "input_ledger" VALUES('plant','rejected','malformed',1);
INSERT INTO "input_ledger" VALUES('plant','rejected','route-failure',1);
CREATE TABLE journal (
    entry INTEGER PRIMARY KEY, source TEXT NOT NULL, received_at INTEGER NOT NULL,
    outcome INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '', payload BLOB NOT NULL);
INSERT INTO "journal" VALUES(4,'plant',1767355200123456,1,'',X'696433');
INSERT INTO "journal" VALUES(5,'plant',1767355200123456,0,'',X'696434');
INSERT INTO "journal" VALUES(6,'plant',1767355200123456,0,'',X'696435');
CREATE TABLE outbox (
    sequence INTEGER PRIMARY KEY, endpoint TEXT NOT NULL, id TEXT NOT NULL, subject TEXT NOT NULL,
    content_type TEXT NOT NULL, created_at INTEGER NOT NULL, payload BLOB NOT NULL);
INSERT INTO "outbox" VALUES(2,'cloud-mqtt','b','mote-3','text/plain',1767355200123456,X'62');
INSERT INTO "outbox" VALUES(3,'cloud-http','a','mote-3','text/plain',1767355200123456,X'61');
CREATE TABLE outbox_identity (sequence INTEGER PRIMARY KEY, identities BLOB NOT NULL);
INSERT INTO "outbox_identity" VALUES(1,X'51DFD4B5CDC58603BCDA186D8D38D52811EFCC6B5147D3462567A0E4823697D8A7E251AB647492B93E1CD41B469B2370');
CREATE TABLE state (
    stage TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (stage, key)) WITHOUT ROWID;
INSERT INTO "state" VALUES('alarm:a','mote-3','raised');
INSERT INTO "state" VALUES('window:w','mote-3','{"closed": 7}');
CREATE INDEX outbox_by_endpoint ON outbox (endpoint);
PRAGMA user_version = 1;
