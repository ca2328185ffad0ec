package dev.redoubt.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.e2e.process.Outcome;
import java.time.Duration;
import org.awaitility.Awaitility;

/**
 * One client of a CacheService: curl in a pod that was given only the client's Secret, verifying the server with the
 * Secret's {@code ca.crt}.
 */
public final class Api {

    private final ClientPod pod;

    private Api(ClientPod pod) {
        this.pod = pod;
    }

    /** How long the way to a service that is Ready may take to open, and its links to Redis to be tried again. */
    private static final Duration SETTLED = Duration.ofSeconds(30);

    /**
     * The client {@code client} of the CacheService, as a pod of that stage, once the service tells it that it has its
     * Redis: what is Ready may be out of reach for some moments more, for the client and for the service.
     */
    public static Api client(Stage stage, String cacheService, String client) {
        Api api = new Api(ClientPod.named(podName(cacheService, client))
                .clientOfCache(cacheService)
                .mounting(cacheService + "-client-" + client)
                .startedOn(stage));
        Awaitility.await()
                .atMost(SETTLED)
                .untilAsserted(() -> assertThat(api.get("/v1/status").body()).contains("NORMAL"));
        return api;
    }

    /** The name of the pod of that client. */
    public static String podName(String cacheService, String client) {
        return "client-" + cacheService + "-" + client;
    }

    /** What came back: status 0 when there was no HTTP answer at all, with curl's words as the body. */
    public record Answer(int status, String type, String body, double seconds) {}

    /** A call with the client's own key. */
    public Answer call(String method, String path, String body) {
        return call("Authorization: Bearer $(cat API_KEY)", method, path, body);
    }

    public Answer get(String path) {
        return call("GET", path, "");
    }

    public Answer put(String path, String body) {
        return call("PUT", path, body);
    }

    /** A call without any key. */
    public Answer getWithoutKey(String path) {
        return call("X-Nothing: at-all", "GET", path, "");
    }

    /** A call with a key that nobody was given. */
    public Answer getWithWrongKey(String path) {
        return call("Authorization: Bearer rdk_" + "A".repeat(43), "GET", path, "");
    }

    private Answer call(String header, String method, String path, String body) {
        String data = body.isEmpty() ? "" : "--data-binary '" + body + "'";
        String head = method.equals("HEAD") ? "--head" : "-X " + method;
        Outcome outcome = pod.sh("""
                cd /binding
                cat > /tmp/headers <<EOF
                %s
                Content-Type: text/plain
                EOF
                curl -sS --max-time 15 --cacert ca.crt %s -H @/tmp/headers %s -o /tmp/body \\
                     -w '%%{http_code}\\n%%{content_type}\\n%%{time_total}\\n' "$(cat URL)%s" && cat /tmp/body
                """.formatted(header, head, data, path));
        if (outcome.exit() != 0) {
            return new Answer(0, "", outcome.all(), outcome.took().toMillis() / 1000.0);
        }
        String[] lines = outcome.out().split("\n", 4);
        return new Answer(Integer.parseInt(lines[0]), lines[1], lines[3].strip(), Double.parseDouble(lines[2]));
    }

    public ClientPod pod() {
        return pod;
    }
}
