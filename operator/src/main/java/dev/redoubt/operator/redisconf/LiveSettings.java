package dev.redoubt.operator.redisconf;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The parameters that a running server takes over by CONFIG SET. They are in redis.conf for the next start, and never in
 * the pod template, so that a change restarts nothing.
 *
 * @param values parameter to value, exactly as CONFIG GET returns it
 */
public record LiveSettings(SortedMap<String, String> values) {
    /** The largest amount of data, in bytes. */
    public static final String MAXMEMORY = "maxmemory";

    private static final String CLIENT_CERTIFICATES = "tls-auth-clients";

    /** Every one of the parameters. */
    public static final Set<String> NAMES =
            Set.of(MAXMEMORY, "maxmemory-policy", "appendonly", "appendfsync", "save", CLIENT_CERTIFICATES);

    public LiveSettings {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }

    /**
     * The parameters for these values.
     *
     * @param maxMemory bytes
     * @param policy as Redis writes it
     * @param appendFsync as Redis writes it
     * @param snapshots pairs of seconds and changes
     */
    public static LiveSettings of(
            long maxMemory, String policy, boolean appendOnly, String appendFsync, List<SavePoint> snapshots) {
        var values = new TreeMap<String, String>();
        values.put(MAXMEMORY, Long.toString(maxMemory));
        values.put("maxmemory-policy", policy);
        values.put("appendonly", appendOnly ? "yes" : "no");
        values.put("appendfsync", appendFsync);
        values.put(
                "save",
                String.join(" ", snapshots.stream().map(SavePoint::toString).toList()));
        values.put(CLIENT_CERTIFICATES, "optional");
        return new LiveSettings(values);
    }

    /** The same for a server that refuses clients without a certificate. */
    public LiveSettings requiringClientCertificates() {
        var required = new TreeMap<>(values);
        required.put(CLIENT_CERTIFICATES, "yes");
        return new LiveSettings(required);
    }

    /** Whether a client has to present a certificate. */
    public boolean requiresClientCertificates() {
        return "yes".equals(values.get(CLIENT_CERTIFICATES));
    }

    /** Save after {@code seconds} if at least {@code changes} keys changed. */
    public record SavePoint(int seconds, int changes) {
        @Override
        public String toString() {
            return seconds + " " + changes;
        }
    }

    /** {@code maxmemory} in bytes. */
    public long maxMemory() {
        return Long.parseLong(values.getOrDefault(MAXMEMORY, "0"));
    }

    /** Whether the server writes anything to disk, and so forks. */
    public boolean persists() {
        return "yes".equals(values.get("appendonly"))
                || !values.getOrDefault("save", "").isEmpty();
    }

    /** The parameters whose value on a server, {@code running}, is another one; to the value that they shall have. */
    public SortedMap<String, String> differingFrom(Map<String, String> running) {
        var different = new TreeMap<>(values);
        different.entrySet().removeIf(entry -> entry.getValue().equals(running.get(entry.getKey())));
        return different;
    }
}
