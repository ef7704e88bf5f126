/**
 * The gateway's one SQLite file. {@link io.qanat.store.SqliteStore} offers it as services; {@link
 * io.qanat.store.GroupCommit} is the one thread that writes; each table has a class that owns its statements and what of
 * it is kept in memory; {@link io.qanat.store.Schema} draws the file.
 */
@NullMarked
package io.qanat.store;

import org.jspecify.annotations.NullMarked;
