package dev.redoubt.cache.hot;

import dev.redoubt.cache.metrics.Operation;
import dev.redoubt.cache.region.Region;

/** What is to be done with a request, decided from its head alone. */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier: nobody compares two of them
sealed interface Decision {

    /** To be answered here. */
    sealed interface Serve extends Decision {
        Operation operation();

        Region region();

        byte[] key();
    }

    /** Read a value. */
    record Read(Operation operation, Region region, byte[] key) implements Serve {}

    /** Delete a value. */
    record Delete(Region region, byte[] key) implements Serve {
        @Override
        public Operation operation() {
            return Operation.DELETE;
        }
    }

    /**
     * Store the body.
     *
     * @param ttlMillis how long it shall live
     * @param contentType of the body, empty when the client gives none
     * @param length what the client announces, -1 when it does not
     * @param expectsContinue the client waits for a 100 before it sends the body
     */
    record Store(Region region, byte[] key, long ttlMillis, String contentType, long length, boolean expectsContinue)
            implements Serve {
        @Override
        public Operation operation() {
            return Operation.PUT;
        }
    }

    /** To be answered by WebFlux: a probe, or a request of a known client. */
    record Forward() implements Decision {}

    /**
     * Refused.
     *
     * @param close whether the connection cannot be used any further
     */
    record Refuse(Answer.Fixed answer, boolean close) implements Decision {}
}
