package dev.redoubt.operator.apply;

/**
 * An object exists as the caches do not show it, so what the pass decided is not worth writing. The next one sees more; nothing is
 * wrong, and nothing is said of it in a status.
 */
public final class StaleCacheException extends RuntimeException {
    StaleCacheException(String object) {
        super(object + " exists as the caches do not show it yet");
    }
}
