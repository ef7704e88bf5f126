package io.qanat.store;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A connection whose prepared statements can be used again after an error. The driver closes a statement for good when
 * SQLite refuses with a full disk or a read error, and says "statement is not executing" ever after; here it is prepared
 * anew. Its parameters are to be set again, as the tables of this package always do.
 *
 * <p>Threads: as the connection.
 */
final class LastingStatements implements InvocationHandler {
    private static final ClassLoader LOADER = LastingStatements.class.getClassLoader();

    private final Connection connection;
    private final String sql;
    private PreparedStatement statement;
    private boolean failed;

    private LastingStatements(Connection connection, String sql) throws SQLException {
        this.connection = connection;
        this.sql = sql;
        this.statement = connection.prepareStatement(sql);
    }

    static Connection on(Connection connection) {
        return (Connection) Proxy.newProxyInstance(LOADER, new Class<?>[] {Connection.class}, (proxy, method, args) -> {
            boolean prepares = "prepareStatement".equals(method.getName()) && method.getParameterCount() == 1;
            return prepares ? prepare(connection, (String) args[0]) : call(connection, method, args);
        });
    }

    private static Object prepare(Connection connection, String sql) throws SQLException {
        return Proxy.newProxyInstance(
                LOADER, new Class<?>[] {PreparedStatement.class}, new LastingStatements(connection, sql));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] args) throws Throwable {
        if (failed) {
            statement.close();
            statement = connection.prepareStatement(sql);
            failed = false;
        }
        try {
            return call(statement, method, args);
        } catch (SQLException e) {
            failed = true;
            throw e;
        }
    }

    private static @Nullable Object call(Object target, Method method, Object @Nullable [] args) throws Throwable {
        try {
            return method.invoke(target, args);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }
}
