package dev.redoubt.operator.replicas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.redoubt.operator.replicas.ReplicaAnswer.Silent;
import dev.redoubt.operator.replicas.ReplicaAnswer.Told;
import dev.redoubt.operator.settings.OperatorSettings.CacheServices;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReplicaWatchTest {
    private static final CacheServices SETTINGS = new CacheServices(Duration.ofMillis(20), Duration.ofSeconds(2));
    private static final ResourceID API = new ResourceID("api", "shop");

    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger news = new AtomicInteger();
    private final Set<ResourceID> services = ConcurrentHashMap.newKeySet();

    private volatile int status = 200;
    private volatile String body = told("a", true);
    private HttpServer pod;
    private ReplicaWatch watch;

    @BeforeEach
    void start() throws IOException {
        pod = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        pod.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        pod.createContext("/configuration", exchange -> {
            asked.incrementAndGet();
            var answer = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        pod.start();
        services.add(API);
        watch = new ReplicaWatch(SETTINGS, pod.getAddress().getPort());
        watch.start(_ -> news.incrementAndGet(), services::contains);
    }

    @AfterEach
    void stop() {
        watch.close();
        pod.stop(0);
    }

    @Test
    void tellsWhatAReplicaSaysWhenItIsSomethingElse() {
        var replica = replica("api-1", "127.0.0.1");
        assertThat(watch.latest(replica)).isEmpty();
        watch.follow(API, List.of(replica));
        await().until(() -> watch.latest(replica).isPresent());
        assertThat(watch.latest(replica)).contains(new Told("a", true, "", List.of()));
        afterTwoMoreQuestions();
        assertThat(news).hasValue(1);

        body = told("b", false);
        await().until(() -> news.get() == 2);
        assertThat(watch.latest(replica)).contains(new Told("b", false, "", List.of()));
    }

    /** A pod whose answer is lost once has not become another one. */
    @Test
    void isSilentOnlyAfterTwoAnswersThatDidNotCome() throws IOException {
        var replica = replica("api-1", "127.0.0.1");
        watch.follow(API, List.of(replica));
        await().until(() -> watch.latest(replica).isPresent());
        status = 503;
        await().until(() -> news.get() == 2);
        assertThat(watch.latest(replica)).contains(new Silent("answers with status 503"));
        status = 200;
        await().until(() -> news.get() == 3);
        assertThat(watch.latest(replica)).contains(new Told("a", true, "", List.of()));
    }

    /** It listens and says nothing; the other is asked all the same. */
    @Test
    void aHangingReplicaHoldsUpNoOther() throws IOException {
        var port = pod.getAddress().getPort();
        try (var hanging = new ServerSocket()) {
            hanging.bind(new InetSocketAddress("127.0.0.2", port));
            var mute = replica("api-1", "127.0.0.2");
            var well = replica("api-2", "127.0.0.1");
            watch.follow(API, List.of(mute, well));
            await().until(() -> watch.latest(well).isPresent());
            await().until(() -> watch.latest(mute).isPresent());
            assertThat(watch.latest(mute)).contains(new Silent("does not answer on port " + port));
            assertThat(watch.latest(well)).contains(new Told("a", true, "", List.of()));
        }
    }

    @Test
    void anAnswerWithoutEndIsNone() {
        body = "x".repeat(1_000_000);
        var replica = replica("api-1", "127.0.0.1");
        watch.follow(API, List.of(replica));
        await().until(() -> watch.latest(replica).isPresent());
        assertThat(watch.latest(replica))
                .contains(
                        new Silent("does not answer on port " + pod.getAddress().getPort()));
    }

    @Test
    void aReplicaThatIsGoneIsForgottenAndAskedNoMore() {
        var old = replica("api-1", "127.0.0.1");
        watch.follow(API, List.of(old));
        await().until(() -> watch.latest(old).isPresent());
        watch.follow(API, List.of());
        await().until(() -> watch.latest(old).isEmpty());

        watch.follow(API, List.of(old));
        await().until(() -> watch.latest(old).isPresent());
        services.remove(API);
        await().until(() -> watch.latest(old).isEmpty());
        var last = asked.get();
        // What was on its way may still arrive.
        await().during(Duration.ofMillis(200)).atMost(Duration.ofSeconds(5)).until(() -> asked.get() <= last + 1);
    }

    @Test
    void anotherPodOfTheSameNameIsAnotherReplica() {
        var first = replica("api-1", "127.0.0.1");
        watch.follow(API, List.of(first));
        await().until(() -> watch.latest(first).isPresent());
        var second = new Replica(API, "api-1", "another", "127.0.0.1");
        assertThat(watch.latest(second)).isEmpty();
    }

    private void afterTwoMoreQuestions() {
        var now = asked.get();
        await().until(() -> asked.get() >= now + 2);
    }

    private static Replica replica(String pod, String address) {
        return new Replica(API, pod, "uid-of-" + pod, address);
    }

    private static String told(String sha256, boolean current) {
        return "{\"sha256\":\"%s\",\"current\":%s}".formatted(sha256, current);
    }
}
