package io.qanat.store;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration {@code io.qanat.store}. */
@ObjectClassDefinition(
        id = "io.qanat.store",
        name = "Qanat store",
        description = "The gateway's one file: what is accepted, decided and not delivered yet.")
public @interface StoreOptions {
    /** Directory of the file {@code qanat.db}; made when it is not there. */
    @AttributeDefinition(
            name = "Directory",
            description = "Where qanat.db is kept, on a local file system; made when it is not there.")
    String directory() default "";

    /** Bytes that the file may use; 0 for no quota. */
    @AttributeDefinition(
            name = "Quota",
            description = "Bytes that the file may use. When they are used up, messages stay with their brokers until"
                    + " alarms are delivered or windows close. 0: no quota; else at least 1048576.")
    long quota() default 0;

    /** Milliseconds between two commits, at least. */
    @AttributeDefinition(
            name = "Commit interval",
            description = "Milliseconds between two commits, at least. More spares flash and delays acknowledgements;"
                    + " nothing acknowledged is lost either way. 0: as fast as the disk. At most 10000.")
    long commitInterval() default 0;

    /** File with the key that payloads and states are encrypted with; empty for none. */
    @AttributeDefinition(
            name = "Key file",
            description = "File with a key of 32 bytes, as 64 hexadecimal digits or as Base64, readable by the"
                    + " gateway's user alone. Payloads and states are encrypted with it. Empty: no encryption.")
    String keyFile() default "";
}
