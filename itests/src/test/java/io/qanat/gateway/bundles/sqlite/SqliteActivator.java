package io.qanat.gateway.bundles.sqlite;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Hashtable;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** Offers a function that opens a database file, writes to it and tells its journal mode. */
public final class SqliteActivator implements BundleActivator {
    @Override
    public void start(BundleContext context) {
        UnaryOperator<Object> run = this::write;
        context.registerService(UnaryOperator.class, run, new Hashtable<>(Map.of("name", "sqlite")));
    }

    @Override
    public void stop(BundleContext context) {
        // The framework takes the service back.
    }

    private Object write(Object file) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table readings(value real)");
            statement.execute("insert into readings values (20.5)");
            try (ResultSet mode = statement.executeQuery("pragma journal_mode")) {
                return mode.getString(1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
