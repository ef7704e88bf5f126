package io.qanat.store;

import io.qanat.api.StageState;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * What stages must know after a restart. Of the values that one transaction gives a key only the last is written.
 *
 * <p>Threads: the writer's.
 */
final class StateTable implements InStep {
    private final Seal seal;
    private final PreparedStatement write;
    private final Map<Key, String> changes = new HashMap<>();

    StateTable(Connection connection, Seal seal) throws SQLException {
        this.seal = seal;
        this.write = connection.prepareStatement("INSERT INTO state (stage, key, value) VALUES (?, ?, ?)"
                + " ON CONFLICT DO UPDATE SET value = excluded.value");
    }

    private record Key(String stage, String key) {}

    void remember(StageState state) {
        changes.put(new Key(state.stage(), state.key()), state.value());
    }

    @Override
    public void beforeCommit() throws SQLException {
        for (Map.Entry<Key, String> change : changes.entrySet()) {
            write(change.getKey(), change.getValue().getBytes(StandardCharsets.UTF_8));
        }
    }

    private void write(Key key, byte[] value) throws SQLException {
        write.setString(1, key.stage());
        write.setString(2, key.key());
        write.setBytes(3, seal.seal(Seal.state(key.stage(), key.key()), value));
        write.executeUpdate();
    }

    @Override
    public void committed() {
        changes.clear();
    }

    @Override
    public void rolledBack() {
        changes.clear();
    }
}
