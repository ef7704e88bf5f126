package io.qanat.gateway.fieldbus;

import com.ghgande.j2mod.modbus.ModbusException;
import com.ghgande.j2mod.modbus.procimg.SimpleProcessImage;
import com.ghgande.j2mod.modbus.procimg.SimpleRegister;
import com.ghgande.j2mod.modbus.slave.ModbusSlave;
import com.ghgande.j2mod.modbus.slave.ModbusSlaveFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * A Modbus device of j2mod on loopback with two holding registers: tenths of a percent of humidity, and of a degree of
 * temperature. Threads: any.
 */
final class ModbusDevice implements AutoCloseable {
    private final int port = freePort();
    private final SimpleRegister humidity = new SimpleRegister(459);
    private final SimpleRegister temperature = new SimpleRegister(235);
    private final ModbusSlave slave;

    ModbusDevice() throws ModbusException {
        SimpleProcessImage image = new SimpleProcessImage(1);
        image.addRegister(humidity);
        image.addRegister(temperature);
        slave = ModbusSlaveFactory.createTCPSlave(InetAddress.getLoopbackAddress(), port, 2, false);
        slave.addProcessImage(1, image);
        slave.open();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException("there is no free port on loopback", e);
        }
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    /** @param tenths of a degree */
    void temperature(int tenths) {
        temperature.setValue(tenths);
    }

    @Override
    public void close() {
        ModbusSlaveFactory.close(slave);
    }
}
