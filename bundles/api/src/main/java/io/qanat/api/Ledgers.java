package io.qanat.api;

import java.util.Map;

/** Both ledgers as of the last durable commit. Threads: any. */
public interface Ledgers {
    /** By source. */
    Map<String, InputLedger> input();

    /** By endpoint. */
    Map<String, DeliveryLedger> delivery();
}
