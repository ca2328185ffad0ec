package dev.redoubt.operator.server;

/** One server: a pod of a Redis. */
public record ServerId(String namespace, String redis, String pod) {
    @Override
    public String toString() {
        return namespace + "/" + pod;
    }
}
