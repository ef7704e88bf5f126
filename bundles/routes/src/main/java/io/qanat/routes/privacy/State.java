package io.qanat.routes.privacy;

import io.qanat.api.DataClass;
import org.apache.camel.SafeCopyProperty;

/**
 * What a message holds at one point of a route.
 *
 * @param address what stands in the address of a dynamic endpoint that is about to be sent to
 * @param origin what the message held when it began: an error handler may bring it back
 */
record State(DataClass body, Names headers, Names properties, DataClass address, DataClass origin)
        implements SafeCopyProperty {
    /** Of a message of which nothing is known. */
    static final State UNKNOWN = beginning(DataClass.RAW, Names.all(DataClass.RAW));

    static State beginning(DataClass body, Names headers) {
        DataClass all = body.or(headers.highest());
        return new State(body, headers, Names.all(all), DataClass.NONE, all);
    }

    State withBody(DataClass value) {
        return body == value ? this : new State(value, headers, properties, address, origin);
    }

    State withHeaders(Names value) {
        return new State(body, value, properties, address, origin);
    }

    State withProperties(Names value) {
        return new State(body, headers, value, address, origin);
    }

    State withAddress(DataClass value) {
        return address == value ? this : new State(body, headers, properties, value, origin);
    }

    /** Somebody may have put this anywhere. */
    State raised(DataClass floor) {
        return floor == DataClass.NONE
                ? this
                : new State(body.or(floor), headers.raised(floor), properties.raised(floor), address, origin);
    }

    /** The original message is back. */
    State restored() {
        return new State(body.or(origin), headers.raised(origin), properties, address, origin);
    }

    State or(State other) {
        if (equals(other)) {
            return this;
        }
        return new State(
                body.or(other.body),
                headers.or(other.headers),
                properties.or(other.properties),
                address.or(other.address),
                origin.or(other.origin));
    }

    /** It never changes. */
    @Override
    public SafeCopyProperty safeCopy() {
        return this;
    }
}
