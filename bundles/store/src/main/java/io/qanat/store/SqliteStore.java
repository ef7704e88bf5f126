package io.qanat.store;

import static java.util.Map.entry;

import io.qanat.api.Admission;
import io.qanat.api.Arrival;
import io.qanat.api.DeliveryLedger;
import io.qanat.api.InputLedger;
import io.qanat.api.Journal;
import io.qanat.api.JournalEntry;
import io.qanat.api.Ledgers;
import io.qanat.api.OutboxControl;
import io.qanat.api.OutboxEntry;
import io.qanat.api.OutboxQueue;
import io.qanat.api.Outcome;
import io.qanat.api.Settlement;
import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import io.qanat.api.StoreBackup;
import io.qanat.store.WriteQueue.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway's one SQLite file as services: journal, ledgers and outbox, changed together in one transaction.
 *
 * <p>Threads: any. Writing is done by the store's own thread {@code qanat-store}, see {@link GroupCommit}.
 */
@Component(
        name = "io.qanat.store",
        configurationPid = "io.qanat.store",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        service = {
            Journal.class,
            OutboxQueue.class,
            OutboxControl.class,
            Ledgers.class,
            StoreBackup.class,
            StageStatusSource.class
        })
@Designate(ocd = StoreOptions.class)
public final class SqliteStore
        implements Journal, OutboxQueue, OutboxControl, Ledgers, StoreBackup, StageStatusSource, AutoCloseable {
    /** Arrivals whose identity is known: a broker sends again what it sent last. */
    static final int KNOWN_ARRIVALS = 100_000;

    /** Outbox messages whose identity is known: a restart decides again what it decided last. */
    static final int KNOWN_MESSAGES = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(SqliteStore.class);

    private final Path file;
    private final Damage damage;
    private final Encryption encryption;
    private final Connection connection;
    private final VolatileArrivals volatileArrivals = new VolatileArrivals(KNOWN_ARRIVALS);
    private final JournalTable journal;
    private final LedgerTable input;
    private final LedgerTable delivery;
    private final OutboxTable outbox;
    private final ArrivalWriter intake;
    private final SettlementWriter settlements;
    private final Reader reader;
    private final Quota quota;
    private final GroupCommit writer;

    /** For Declarative Services. */
    @Activate
    public SqliteStore(StoreOptions options) throws IOException {
        this(StoreConfig.of(options), Clock.systemUTC());
    }

    SqliteStore(StoreConfig config, Clock clock) throws IOException {
        this.file = config.directory().resolve("qanat.db");
        this.damage = new Damage(file, config.keyFile(), clock);
        damage.setAsideIfDamaged();
        this.connection = Schema.openForWriting(file);
        try {
            IdentityTable arrivals = new IdentityTable(connection, "identity", KNOWN_ARRIVALS);
            IdentityTable messages = new IdentityTable(connection, "outbox_identity", KNOWN_MESSAGES);
            encryption = Encryption.of(file, connection, config.keyFile());
            Seal seal = encryption.seal();
            EarlierJournal.move(connection, seal);
            journal = new JournalTable(connection, seal, clock);
            input = new LedgerTable(connection, "input_ledger", Term.OPEN, journal.open());
            intake = new ArrivalWriter(arrivals, journal, input);
            delivery = new LedgerTable(connection, "delivery_ledger", Term.PENDING, OutboxTable.pending(connection));
            outbox = new OutboxTable(connection, clock, seal, delivery, messages);
            StateTable states = new StateTable(connection, seal);
            settlements = new SettlementWriter(journal, input, states, outbox);
            reader = new Reader(file, Schema.openForReading(file), encryption.seal(), damage);
            // The outbox comes last: its listeners find both ledgers up to date.
            quota = new Quota(connection, config.quota());
            List<InStep> inStep = List.of(arrivals, messages, input, delivery, journal, states, outbox);
            writer = new GroupCommit(file, connection, damage, quota, config.commitInterval(), inStep);
        } catch (SQLException | IOException e) {
            damage.notice(e);
            abandon(e);
            throw e instanceof IOException refused ? refused : Refusal.explain("cannot read " + file, e);
        }
        writer.start();
        LOG.info("The store {} is open with {} unfinished messages", file, total(input, Term.OPEN));
        countCrashed();
    }

    /** What was in memory alone when the last run ended without closing the store. */
    private void countCrashed() {
        Map<String, Long> crashed = input.all(Term.OPEN_VOLATILE);
        if (!crashed.isEmpty()) {
            LOG.warn(
                    "The gateway ended without closing the store {}. Messages of volatile sources that were not finished"
                            + " are lost and counted dropped(crash), by source: {}",
                    file,
                    crashed);
            var unused = written(Kind.OUTCOME, 0, () -> intake.dropCrashed(crashed));
        }
    }

    private void abandon(Exception cause) {
        try {
            connection.close();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    /**
     * Opens the store in a directory, which is made when it is not there.
     *
     * @throws IOException when the file cannot be used; the message says what to do
     */
    public static SqliteStore open(Path directory, Clock clock) throws IOException {
        return new SqliteStore(StoreConfig.in(directory), clock);
    }

    @Override
    public CompletableFuture<Admission> append(Arrival arrival) {
        return arrival.durable()
                ? writer.submit(Kind.INTAKE, arrival.order(), arrival.payload().length, () -> intake.admit(arrival))
                : admitAtOnce(arrival);
    }

    private CompletableFuture<Admission> admitAtOnce(Arrival arrival) {
        Admission admission = volatileArrivals.admit(arrival.identity());
        CompletableFuture<Boolean> counted = writer.submit(Kind.LAZY, 0, () -> {
            intake.count(arrival, admission);
            return true;
        });
        if (damage.found().isEmpty() && !counted.isCompletedExceptionally()) {
            return CompletableFuture.completedFuture(admission);
        }
        volatileArrivals.forget(arrival.identity());
        return counted.thenApply(done -> admission);
    }

    @Override
    public CompletableFuture<Void> reject(String source, String reason) {
        return writer.submit(Kind.INTAKE, 0, () -> {
            intake.reject(source, reason);
            return null;
        });
    }

    @Override
    public CompletableFuture<Void> settle(Settlement settlement) {
        int bytes = settlement.messages().stream()
                .mapToInt(message -> message.payload().length)
                .sum();
        Kind kind = SettlementWriter.canWait(settlement) ? Kind.LAZY : Kind.OUTCOME;
        return written(kind, bytes, () -> settlements.write(settlement));
    }

    @Override
    public CompletableFuture<Void> delivered(Collection<Long> sequences) {
        List<Long> acknowledged = List.copyOf(sequences);
        return written(Kind.OUTCOME, 0, () -> {
            for (long sequence : acknowledged) {
                outbox.delivered(sequence);
            }
        });
    }

    @Override
    public CompletableFuture<Void> refused(OutboxEntry entry) {
        return written(Kind.OUTCOME, 0, () -> outbox.refused(entry));
    }

    @Override
    public CompletableFuture<Void> expire(String endpoint) {
        return outbox.isExpiryDue(endpoint)
                ? written(Kind.OUTCOME, 0, () -> outbox.expire(endpoint))
                : CompletableFuture.completedFuture(null);
    }

    @Override
    public void limit(String endpoint, long bytes) {
        outbox.limit(endpoint, bytes);
    }

    @Override
    public List<OutboxEntry> list(Choice choice) {
        return reader.list(choice);
    }

    @Override
    public Optional<OutboxEntry> show(long sequence) {
        return reader.show(sequence);
    }

    @Override
    public CompletableFuture<Long> retry(Choice choice) {
        return writer.submit(Kind.OUTCOME, 0, () -> outbox.retry(OutboxChoice.sequences(connection, choice)));
    }

    @Override
    public CompletableFuture<Long> purge(Choice choice) {
        return writer.submit(Kind.OUTCOME, 0, () -> outbox.purge(OutboxChoice.sequences(connection, choice)));
    }

    private CompletableFuture<Void> written(Kind kind, int bytes, Writing writing) {
        return writer.submit(kind, bytes, () -> {
            writing.write();
            return null;
        });
    }

    @Override
    public List<JournalEntry> open(String source) {
        return reader.open(source);
    }

    @Override
    public Map<String, String> states(String stage) {
        return reader.states(stage);
    }

    @Override
    public List<OutboxEntry> next(String endpoint, long liveAfter, Set<Long> without, Places places) {
        return reader.next(endpoint, liveAfter, without, places);
    }

    @Override
    public long newest() {
        return reader.newest();
    }

    @Override
    public Subscription onEnqueued(String endpoint, Runnable listener) {
        return outbox.onEnqueued(endpoint, listener);
    }

    @Override
    public Map<String, InputLedger> input() {
        return LedgerView.input(input.counts());
    }

    @Override
    public Map<String, DeliveryLedger> delivery() {
        return LedgerView.delivery(delivery.counts());
    }

    @Override
    public void backup(Path target) throws IOException {
        BackupFile.write(file, target);
    }

    @Override
    public List<StageStatus> status() {
        long commits = writer.commits();
        Map<String, Number> figures = Map.ofEntries(
                entry("openEntries", total(input, Term.OPEN) + total(input, Term.OPEN_VOLATILE)),
                entry("pendingMessages", total(delivery, Term.PENDING)),
                entry("commits", commits),
                entry("rowsPerCommit", commits == 0 ? 0.0 : (double) writer.writes() / commits),
                entry("queueDepth", writer.waiting()),
                entry("heldWrites", writer.held()),
                entry("fileBytes", size(file) + size(Path.of(file + "-wal"))),
                entry("liveBytes", quota.used()),
                entry("quotaBytes", quota.bytes()),
                entry("journalBytes", journal.bytes()),
                entry("outboxBytes", outbox.bytes()));
        return List.of(new StageStatus("store", figures, facts()));
    }

    private Map<String, String> facts() {
        Map<String, String> facts =
                new HashMap<>(Map.of("file", file.toString(), "encryption", encryption.description()));
        damage.setAside().ifPresent(copy -> facts.put("damagedFile", copy.toString()));
        damage.damagedLog().ifPresent(copy -> facts.put("damagedLog", copy.toString()));
        damage.found().ifPresent(message -> facts.put("damage", message));
        writer.refusal().ifPresent(message -> facts.put("refused", message));
        return facts;
    }

    private static long total(LedgerTable ledger, Term term) {
        return ledger.all(term).values().stream().mapToLong(Long::longValue).sum();
    }

    private static long size(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            // It went away in between, as the write-ahead log does on close.
            return 0;
        }
    }

    /** Writes what was accepted, moves the write-ahead log into the file and closes it. Later calls are refused. */
    @Deactivate
    @Override
    public void close() throws IOException {
        var unused = written(Kind.OUTCOME, 0, this::dropVolatile);
        writer.close();
        try {
            reader.close();
            if (!connection.isClosed()) {
                checkpoint();
                connection.close();
            }
        } catch (SQLException e) {
            throw Refusal.explain("could not close " + file + "; what was acknowledged is stored", e);
        }
        LOG.info("The store {} is closed", file);
    }

    /** No later run knows of them. */
    private void dropVolatile() throws SQLException {
        List<Long> open = journal.openVolatile();
        if (!open.isEmpty()) {
            LOG.info("{} unfinished messages of volatile sources are counted dropped(stop)", open.size());
            settlements.write(new Settlement(Outcome.DROPPED, "stop", open, open, 0, List.of(), List.of()));
        }
    }

    private void checkpoint() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
    }

    private interface Writing {
        void write() throws SQLException;
    }
}
