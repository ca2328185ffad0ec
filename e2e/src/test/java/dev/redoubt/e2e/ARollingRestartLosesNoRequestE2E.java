package dev.redoubt.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.e2e.cluster.Api;
import dev.redoubt.e2e.cluster.OnCluster;
import dev.redoubt.e2e.cluster.Stage;
import dev.redoubt.e2e.process.Outcome;
import dev.redoubt.e2e.process.Program;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** While every pod of a CacheService is replaced, each request gets its answer. */
@OnCluster
final class ARollingRestartLosesNoRequestE2E {

    private static final String SERVICE = """
            apiVersion: redoubt.dev/v1alpha1
            kind: Redis
            metadata: {name: rolling}
            spec: {maxMemory: 64Mi}
            ---
            apiVersion: redoubt.dev/v1alpha1
            kind: CacheService
            metadata: {name: rolling}
            spec:
              redisRef: {name: rolling}
              replicas: 2
              regions: [{name: numbers, ttl: 10m}]
              clients: [{name: app, read: [numbers], write: [numbers]}]
            """;

    /**
     * Two callers until the file /tmp/stop appears: one with a new connection per request, one that keeps its connection
     * and, as HTTP clients do, repeats an idempotent request once when the server had closed the idle connection.
     */
    private static final String LOAD = """
            import http.client, os, ssl, threading, time, urllib.parse
            key = open("/binding/API_KEY").read().strip()
            host = urllib.parse.urlparse(open("/binding/URL").read().strip()).netloc
            tls = ssl.create_default_context(cafile="/binding/ca.crt")
            lost, answered = [], {"fresh": 0, "kept": 0}

            def connect():
                return http.client.HTTPSConnection(host, timeout=10, context=tls)

            def put(connection, n):
                connection.request("PUT", f"/v1/cache/numbers/{n % 50}", body=str(n),
                                   headers={"Authorization": "Bearer " + key})
                response = connection.getresponse()
                response.read()
                if response.status not in (201, 204):
                    raise RuntimeError(f"status {response.status}")

            def run(name, keep):
                connection, n, used = None, 0, False
                while not os.path.exists("/tmp/stop"):
                    n += 1
                    try:
                        if connection is None:
                            connection, used = connect(), False
                        try:
                            put(connection, n)
                        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                            if not used:
                                raise
                            connection.close()
                            connection = connect()
                            put(connection, n)
                        used = True
                        answered[name] += 1
                    except Exception as e:
                        lost.append(f"{name} {n}: {type(e).__name__} {e}")
                        connection = None
                    if not keep and connection is not None:
                        connection.close()
                        connection = None
                    time.sleep(0.02)

            threads = [threading.Thread(target=run, args=a) for a in (("fresh", False), ("kept", True))]
            [t.start() for t in threads]
            [t.join() for t in threads]
            print("answered", answered["fresh"], answered["kept"])
            print("lost", len(lost), *lost[:10], sep="\\n")
            """;

    private final Stage stage;

    ARollingRestartLosesNoRequestE2E(Stage stage) {
        this.stage = stage;
    }

    @Test
    void everyRequestIsAnsweredWhileThePodsAreReplaced() {
        stage.applyAndAwaitReady(SERVICE, "cacheservice/rolling");
        Api app = Api.client(stage, "rolling", "app");
        var load = beside(
                () -> patient().runWithInput(LOAD, "exec", "-i", app.pod().name(), "--", "python3", "-"));
        app.pod().sh("sleep 3").succeeded();
        List<String> before = podNames();
        var lastWords = before.stream()
                .map(pod -> beside(() -> patient().run("logs", "--follow", pod)))
                .toList();
        stage.kubectl("rollout", "restart", "deployment/rolling-cache-service").succeeded();
        stage.kubectl()
                .within(Stage.PATIENCE)
                .run("rollout", "status", "deployment/rolling-cache-service")
                .succeeded();
        app.pod().sh("sleep 3; touch /tmp/stop").succeeded();
        Outcome told = load.join().succeeded();
        assertThat(told.out()).contains("lost\n0\n");
        assertThat(told.out()).doesNotContain("answered 0").containsPattern("answered [1-9]\\d{2,} [1-9]\\d{2,}");
        assertThat(podNames()).doesNotContainAnyElementsOf(before);
        // Few of them may have come between the signal and the end: that nobody was hurt can be luck, this cannot.
        assertThat(lastWords)
                .allSatisfy(words -> assertThat(words.join().out()).contains("Drained: every request is answered"));
    }

    private Program patient() {
        return stage.kubectl().within(Duration.ofMinutes(6));
    }

    /** On a thread of its own: on two cores the common pool is one thread, and the Kubernetes client needs it. */
    private static CompletableFuture<Outcome> beside(Supplier<Outcome> work) {
        return CompletableFuture.supplyAsync(
                work, task -> Thread.ofPlatform().name("beside").start(task));
    }

    private List<String> podNames() {
        return stage.pods("redoubt.dev/cache-service", "rolling").stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .map(pod -> pod.getMetadata().getName())
                .toList();
    }
}
