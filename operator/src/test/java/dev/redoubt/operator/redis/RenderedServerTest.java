package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.operator.acl.AclUser;
import io.fabric8.kubernetes.api.model.Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A real server with exactly the rendered command, files and probes. */
@RealServer
class RenderedServerTest {
    private static final String EVERYTHING =
            "{maxMemory: 100Mi, maxMemoryPolicy: volatile-ttl, persistence: {appendOnly:"
                    + " true, appendFsync: always, snapshots: [{seconds: 900, changes: 1}, {seconds: 60, changes: 10000}]}}";

    @TempDir
    private Path directory;

    /** If it said otherwise, every pass would set it again. */
    @ParameterizedTest
    @ValueSource(strings = {"{}", EVERYTHING, "{persistence: {appendOnly: false}}", "{maxMemoryPolicy: noeviction}"})
    void theStartedServerSaysOfItselfWhatItWasTold(String spec) throws IOException {
        try (var server = LocalRedis.start(directory, "r", spec);
                var operator = server.connect(AclUser.OPERATOR)) {
            assertThat(server.model().live().differingFrom(configuration(operator, server)))
                    .isEmpty();
            assertThat(server.log()).doesNotContain("FATAL", "Bad directive", "DEPRECATED");
        }
    }

    @Test
    void everyLiveSettingChangesOnTheRunningServer() throws IOException {
        var wanted = RedisFixture.modelOfToday(RedisFixture.redis("r", EVERYTHING))
                .live()
                .requiringClientCertificates();
        try (var server = LocalRedis.start(directory, "r", "{persistence: {appendOnly: false}}");
                var operator = server.connect(AclUser.OPERATOR)) {
            var different = wanted.differingFrom(configuration(operator, server));
            assertThat(different).isEqualTo(wanted.values());

            for (var setting : different.entrySet()) {
                assertThat(operator.ask("CONFIG", "SET", setting.getKey(), setting.getValue()))
                        .as("%s", setting)
                        .isEqualTo("OK");
            }

            assertThat(wanted.differingFrom(configuration(operator, server))).isEmpty();
            var back = server.model().live();
            for (var setting : back.values().entrySet()) {
                assertThat(operator.ask("CONFIG", "SET", setting.getKey(), setting.getValue()))
                        .as("%s", setting)
                        .isEqualTo("OK");
            }
            assertThat(back.differingFrom(configuration(operator, server))).isEmpty();
        }
    }

    static Stream<String> enginesThatAreHere() {
        return Map.of("redis-server", "{}", "valkey-server", "{engine: Valkey}").entrySet().stream()
                .filter(engine -> LocalRedis.areHere(engine.getKey()))
                .map(Map.Entry::getValue);
    }

    /** A server reads its append-only file with the rights of user {@code default}, and checks them for transactions. */
    @ParameterizedTest
    @MethodSource("enginesThatAreHere")
    void transactionsAndScriptsAreThereAfterARestart(String spec) throws IOException {
        try (var server = LocalRedis.start(directory, "r", spec)) {
            try (var app = server.connect(AclUser.APP)) {
                assertThat(app.ask("MULTI")).isEqualTo("OK");
                app.ask("SET", "a", "1");
                app.ask("SET", "b", "2");
                assertThat(app.ask("EXEC")).isEqualTo("[OK, OK]");
                app.ask("EVAL", "redis.call('SET', 'c', '3') redis.call('SET', 'd', '4')", "0");
            }
            server.terminate();
            server.start();
            try (var app = server.connect(AclUser.APP)) {
                assertThat(app.ask("MGET", "a", "b", "c", "d")).isEqualTo("[1, 2, 3, 4]");
            }
            assertThat(server.log()).doesNotContain("CRITICAL");
        }
    }

    @Test
    void probesSucceedWhileTheServerAnswers() throws Exception {
        try (var server = LocalRedis.start(directory, "r", "{}")) {
            var container = server.container();

            assertThat(List.of(
                            server.probe(command(container.getStartupProbe())),
                            server.probe(command(container.getLivenessProbe()))))
                    .containsOnly("0 PONG");
            assertThat(server.probe(command(container.getReadinessProbe()))).isEqualTo("0 ready");
        }
    }

    /** It answers reads, so clients are still sent to it. */
    @Test
    void aServerThatCannotWriteToItsVolumeIsReady() throws Exception {
        try (var server = LocalRedis.start(directory, "r", "{}");
                var app = server.connect(AclUser.APP)) {
            server.limitFiles("150000");
            var answer = "OK";
            for (var key = 0; answer.equals("OK"); key++) {
                answer = app.ask("SET", "key:" + key, "x".repeat(100_000));
            }
            assertThat(answer).startsWith("-MISCONF");
            // The reason why the probe is none.
            assertThat(app.ask("PING")).startsWith("-MISCONF");

            assertThat(server.probe(command(server.container().getReadinessProbe())))
                    .isEqualTo("0 ready");
            assertThat(app.ask("GET", "key:0")).isEqualTo("x".repeat(100_000));
        }
    }

    @Test
    void probesFailWhenNobodyListens() throws Exception {
        try (var server = LocalRedis.start(directory, "r", "{}")) {
            server.kill();

            assertThat(server.probe(command(server.container().getLivenessProbe())))
                    .startsWith("1 ");
            assertThat(server.probe(command(server.container().getReadinessProbe())))
                    .startsWith("1 ");
        }
    }

    @Test
    void whatWasWrittenIsThereAfterARestart() throws IOException {
        try (var server = LocalRedis.start(directory, "r", "{persistence: {appendFsync: always}}")) {
            try (var app = server.connect(AclUser.APP)) {
                assertThat(app.ask("SET", "kept", "value")).isEqualTo("OK");
            }
            server.kill();
            server.start();
            try (var app = server.connect(AclUser.APP)) {
                assertThat(app.ask("GET", "kept")).isEqualTo("value");
            }
        }
    }

    @Test
    void sigtermEndsItInOrder() throws IOException {
        try (var server = LocalRedis.start(directory, "r", "{}")) {
            try (var app = server.connect(AclUser.APP)) {
                assertThat(app.ask("SET", "kept", "value")).isEqualTo("OK");
            }
            server.terminate();

            assertThat(server.exitCode()).isZero();
            server.start();
            try (var app = server.connect(AclUser.APP)) {
                assertThat(app.ask("GET", "kept")).isEqualTo("value");
            }
        }
    }

    @Test
    void whatIsNotPersistedLeavesNoFile() throws IOException {
        try (var server = LocalRedis.start(directory, "r", "{persistence: {appendOnly: false}}")) {
            try (var app = server.connect(AclUser.APP)) {
                assertThat(app.ask("SET", "gone", "value")).isEqualTo("OK");
            }
            server.terminate();

            try (var files = Files.list(server.data())) {
                assertThat(files).isEmpty();
            }
        }
    }

    private static List<String> command(Probe probe) {
        return probe.getExec().getCommand();
    }

    private static Map<String, String> configuration(RespConnection operator, LocalRedis server) throws IOException {
        var values = new TreeMap<String, String>();
        for (var parameter : server.model().live().values().keySet()) {
            var answer = (List<?>) operator.send("CONFIG", "GET", parameter);
            values.put((String) answer.getFirst(), (String) answer.getLast());
        }
        return values;
    }
}
