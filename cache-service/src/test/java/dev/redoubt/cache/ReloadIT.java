package dev.redoubt.cache;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The configuration changes while the service runs, as a kubelet changes it and as an editor does. */
class ReloadIT {

    private static final TokenIssuer OLD = TokenIssuer.rsa("old");
    private static final TokenIssuer NEW = TokenIssuer.rsa("new");

    @TempDir
    Path directory;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private RedisServer redis;
    private Service service;
    private Path mounted;
    private int revision;

    @BeforeEach
    void start() throws Exception {
        redis = RedisServer.started("redis-server", directory.resolve("redis"));
        mounted = Files.createDirectories(directory.resolve("mounted"));
        swap(yaml("", ""), TokenIssuer.jwks(OLD));
        Files.createSymbolicLink(mounted.resolve("service.yaml"), Path.of("..data", "service.yaml"));
        Files.createSymbolicLink(mounted.resolve("jwks.json"), Path.of("..data", "jwks.json"));
        service = Service.at(mounted.resolve("service.yaml"));
        until(() -> service.mode().equals("NORMAL"));
        log.start();
        root().addAppender(log);
    }

    @AfterEach
    void end() {
        root().detachAppender(log);
        service.close();
        redis.close();
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    @Test
    void takesOverRegionsClientsAndKeysWhileRequestsRun() throws Exception {
        AtomicBoolean running = new AtomicBoolean(true);
        AtomicInteger answered = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        assertThat(service.put("/v1/cache/long/k", "v").statusCode()).isEqualTo(201);
        Thread load = Thread.ofVirtual().start(() -> {
            while (running.get()) {
                try {
                    failed.addAndGet(service.get("/v1/cache/long/k").statusCode() == 200 ? 0 : 1);
                    answered.incrementAndGet();
                } catch (Exception e) {
                    failed.incrementAndGet();
                }
            }
        });
        assertThat(service.get("/v1/cache/fresh/k").statusCode()).isEqualTo(404);
        swap(
                yaml(
                        ", {name: fresh, ttl: 1m}",
                        "- {name: late, apiKeySha256: %s, read: [fresh]}\n".formatted(RedisServer.sha256("rdk_late"))),
                TokenIssuer.jwks(OLD));
        until(() -> service.send("GET", "/v1/cache/fresh/k", "rdk_late", null)
                .body()
                .contains("cache-miss"));
        assertThat(service.send("GET", "/v1/cache/long/k", "rdk_late", null).statusCode())
                .isEqualTo(403);
        assertThat(service.status().get("regions").toString()).contains("fresh");

        // A region goes, and with it a client's grant: at once, on a connection that had it.
        swap(yaml("", ""), TokenIssuer.jwks(OLD));
        until(() -> service.send("GET", "/v1/cache/fresh/k", "rdk_late", null).statusCode() == 401);
        assertThat(service.get("/v1/cache/fresh/k").body()).contains("region-unknown");

        // The cluster's keys change: the new one is taken over, then the old one goes.
        String before = OLD.token("shop", "dashboard");
        String after = NEW.token("shop", "dashboard");
        assertThat(service.send("GET", "/v1/status", before, null).statusCode()).isEqualTo(200);
        assertThat(service.send("GET", "/v1/status", after, null).statusCode()).isEqualTo(401);
        swap(yaml("", ""), TokenIssuer.jwks(OLD, NEW));
        until(() -> service.send("GET", "/v1/status", after, null).statusCode() == 200);
        assertThat(service.send("GET", "/v1/status", before, null).statusCode()).isEqualTo(200);
        swap(yaml("", ""), TokenIssuer.jwks(NEW));
        until(() -> service.send("GET", "/v1/status", before, null).statusCode() == 401);
        assertThat(service.send("GET", "/v1/status", after, null).statusCode()).isEqualTo(200);

        running.set(false);
        load.join();
        assertThat(answered).hasPositiveValue();
        assertThat(failed).hasValue(0);
        assertThat(service.management("/metrics").body())
                .contains(
                        "redoubt_configuration_changes_total{outcome=\"applied\"} 4.0",
                        "redoubt_configuration_current 1.0");
    }

    @Test
    void keepsTheOldOneWhenTheFileIsBadAndSaysWhyOnce() throws Exception {
        swap("regions: [{name: long, ttl: forever}]\n", TokenIssuer.jwks(OLD));
        until(() -> !service.status().get("configuration").get("current").asBoolean());
        assertThat(service.status().get("configuration").get("why").asString())
                .contains("regions[0].ttl (line 1): \"forever\" is not a duration");
        // The same for who has no key, on the port for the cluster's own eyes.
        assertThat(service.management("/configuration").body())
                .isEqualTo(service.status().get("configuration").toString())
                .contains(RedisServer.sha256("regions: [{name: long, ttl: forever}]\n"));
        assertThat(service.put("/v1/cache/long/k", "v").statusCode()).isEqualTo(201);
        assertThat(service.management("/metrics").body())
                .contains(
                        "redoubt_configuration_changes_total{outcome=\"refused\"} 1.0",
                        "redoubt_configuration_current 0.0");
        // A second bad state is a second message; the same one is not.
        swap(yaml("", ""), "no keys");
        until(() -> service.status().get("configuration").get("why").asString().contains("JSON Web Key Set"));
        assertThat(log.list)
                .filteredOn(event -> event.getLevel() == Level.WARN)
                .hasSize(2)
                .allSatisfy(
                        event -> assertThat(event.getFormattedMessage()).contains("the one before stays in effect"));
        swap(yaml("", ""), TokenIssuer.jwks(OLD));
        until(() -> service.status().get("configuration").get("current").asBoolean());
        assertThat(service.status().get("configuration").has("why")).isFalse();
    }

    @Test
    void saysWhatTakesEffectWithTheNextStartOnly() throws Exception {
        swap(yaml(", {name: more, ttl: 1m}", "") + "limits: {key: 100}\n", TokenIssuer.jwks(OLD));
        until(() -> service.get("/v1/cache/more/k").body().contains("cache-miss"));
        assertThat(service.status().get("configuration").get("afterRestart").toString())
                .isEqualTo("[\"limits\"]");
        assertThat(service.get("/v1/cache/more/" + "k".repeat(200)).statusCode())
                .isEqualTo(404);
    }

    /** A file that an editor writes in place, and one that is gone for a moment. */
    @Test
    void alsoFollowsAPlainFile() throws Exception {
        Path file = mounted.resolve("service.yaml");
        Files.delete(file);
        until(() -> !service.status().get("configuration").get("current").asBoolean());
        assertThat(service.put("/v1/cache/long/k", "v").statusCode()).isEqualTo(201);
        Files.writeString(file, yaml(", {name: plain, ttl: 1m}", ""));
        until(() -> service.get("/v1/cache/plain/k").body().contains("cache-miss"));
    }

    private String yaml(String regions, String clients) throws Exception {
        return """
                redis: {binding: %s, commandTimeout: 5s}
                http: {port: 0}
                management: {port: 0}
                logging: {format: text}
                shutdown: {drain: 0s, grace: 5s}
                eventLoops: 2
                regions: [{name: long, ttl: 5m}%s]
                tokens: {issuer: %s, audiences: [%s], keys: %s}
                clients:
                - {name: all, apiKeySha256: %s, read: ["*"], write: ["*"]}
                - {name: nobody, apiKeySha256: %s}
                - {name: dashboard, serviceAccount: {namespace: shop, name: dashboard}, read: [long]}
                """.formatted(
                                redis.binding(),
                                regions,
                                TokenIssuer.ISSUER,
                                TokenIssuer.AUDIENCE,
                                mounted.resolve("jwks.json"),
                                RedisServer.sha256(Service.ALL),
                                RedisServer.sha256(Service.NOBODY))
                + clients;
    }

    /** Both files at once, by the rename of a link, as the kubelet does it. */
    private void swap(String yaml, String jwks) throws Exception {
        Path next = Files.createDirectories(mounted.resolve("..revision-" + ++revision));
        Files.writeString(next.resolve("service.yaml"), yaml);
        Files.writeString(next.resolve("jwks.json"), jwks);
        Path link = mounted.resolve("..data_tmp");
        Files.createSymbolicLink(link, next.getFileName());
        Files.move(
                link, mounted.resolve("..data"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void until(Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(condition);
    }
}
