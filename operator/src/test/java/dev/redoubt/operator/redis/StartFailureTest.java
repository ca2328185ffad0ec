package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.ContainerStateTerminatedBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A server that cannot start, and what is understood of the end of its log, which is all that the kubelet keeps. */
@RealServer
class StartFailureTest {
    /** So much of a log the kubelet puts into the pod's status, in bytes. */
    private static final int KEPT = 2048;

    private static final String MANIFEST = "appendonlydir/appendonly.aof.manifest";
    private static final String INCREMENT = "appendonlydir/appendonly.aof.1.incr.aof";
    private static final String ONE_PART = "file appendonly.aof.1.incr.aof seq 1 type i\n";
    private static final String COMMANDS = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n";

    private static final RedisNames NAMES = new RedisNames("r", "shop", "cluster.local");

    @TempDir
    private Path directory;

    /** Every program of a server that is here, with every way in which its start can fail that a test can bring about. */
    static Stream<Arguments> failures() {
        return Stream.of("redis-server", "redis-server-7.0", "valkey-server")
                .filter(LocalRedis::areHere)
                .flatMap(program -> Stream.of(
                                failure(
                                        Reason.AppendOnlyFileCorrupt,
                                        "appendonly.aof.1.incr.aof",
                                        Map.of(MANIFEST, ONE_PART, INCREMENT, COMMANDS + "nonsense\r\n" + COMMANDS)),
                                failure(
                                        Reason.AppendOnlyFileCorrupt,
                                        "appendonly.aof.1.incr.aof",
                                        Map.of(
                                                MANIFEST,
                                                ONE_PART,
                                                INCREMENT,
                                                COMMANDS + "*1\r\n$8\r\nNONSENSE\r\n" + COMMANDS)),
                                failure(
                                        Reason.AppendOnlyFileCorrupt,
                                        "appendonly.aof.1.incr.aof",
                                        // Cut off, and more parts follow: that is no tail.
                                        Map.of(
                                                MANIFEST,
                                                ONE_PART + "file appendonly.aof.2.incr.aof seq 2 type i\n",
                                                INCREMENT,
                                                COMMANDS.substring(0, COMMANDS.length() - 3),
                                                "appendonlydir/appendonly.aof.2.incr.aof",
                                                COMMANDS)),
                                failure(
                                        Reason.AppendOnlyFileCorrupt,
                                        "appendonly.aof.1.incr.aof",
                                        Map.of(MANIFEST, ONE_PART)),
                                failure(Reason.AppendOnlyFileCorrupt, "manifest", Map.of(MANIFEST, "nonsense\n")),
                                failure(
                                        Reason.DataFromNewerVersion,
                                        "RDB format version 99",
                                        Map.of(
                                                MANIFEST,
                                                "file appendonly.aof.1.base.rdb seq 1 type b\n" + ONE_PART,
                                                "appendonlydir/appendonly.aof.1.base.rdb",
                                                "REDIS0099x",
                                                INCREMENT,
                                                COMMANDS)),
                                failure(Reason.SnapshotCorrupt, "nothing mends it", Map.of("dump.rdb", "nonsense!")),
                                failure(
                                        Reason.ConfigurationRefused,
                                        "'nonsense yes'",
                                        Map.of("more.conf", "nonsense yes")),
                                failure(
                                        Reason.ConfigurationRefused,
                                        "'+nonsense'",
                                        Map.of("more.conf", "aclfile users.acl", "users.acl", "user x on +nonsense")),
                                failure(
                                        Reason.ConfigurationRefused,
                                        "certificate",
                                        Map.of("more.conf", "tls-port 16379\ntls-cert-file nonsense")))
                        .map(failure -> Arguments.of(program, failure.get()[0], failure.get()[1], failure.get()[2])));
    }

    private static Arguments failure(Reason reason, String named, Map<String, String> files) {
        return Arguments.of(reason, named, files);
    }

    @ParameterizedTest(name = "{0}: {1}, {2}")
    @MethodSource("failures")
    void theServersLastWordsAreUnderstood(String program, Reason reason, String named, Map<String, String> files)
            throws Exception {
        var appendOnly = files.keySet().stream().noneMatch("dump.rdb"::equals);
        write(Map.of(
                "server.conf", """
                port 0
                unixsocket %1$s/socket
                dir %1$s
                appendonly %2$s
                include %3$s
                """.formatted(directory, appendOnly ? "yes" : "no", directory.resolve("more.conf"))));
        write(Map.of("more.conf", ""));
        write(files);

        var verdict = StartFailure.problem(NAMES, ended(lastWords(program))).orElseThrow();

        assertThat(verdict.reason()).as("%s", verdict).isEqualTo(reason);
        assertThat(verdict.ready()).isFalse();
        assertThat(verdict.message()).contains(named).doesNotContain("{", "}");
    }

    private void write(Map<String, String> files) throws IOException {
        for (var file : files.entrySet()) {
            var path = directory.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue(), StandardCharsets.ISO_8859_1);
        }
    }

    /** What the kubelet would keep of its log; it has to end by itself. */
    private String lastWords(String program) throws Exception {
        var log = directory.resolve("log").toFile();
        var process = new ProcessBuilder(program, "server.conf")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
        try {
            assertThat(process.waitFor(30, TimeUnit.SECONDS))
                    .as(Files.readString(log.toPath()))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        var text = Files.readAllBytes(log.toPath());
        var from = Math.max(0, text.length - KEPT);
        return new String(text, from, text.length - from, StandardCharsets.UTF_8);
    }

    /** Their causes need another user or a volume of their own, so these are words that were written down. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "# Write error writing append only file on disk: No space left on device | StorageFull | spec.persistence.storage.size",
                "# Can't open the append-only file appendonly.aof.1.incr.aof: Permission denied | StorageUnusable | describe pvc data-r-redis-0",
                "# Can't open the append-only file x: Read-only file system | StorageUnusable | Read-only",
                "exec /usr/bin/redis-server: exec format error | ImageUnusable | spec.image"
            })
    void soAreOtherWords(String words, Reason reason, String named) {
        var verdict = StartFailure.problem(NAMES, ended(words)).orElseThrow();

        assertThat(verdict.reason()).isEqualTo(reason);
        assertThat(verdict.message()).contains(named);
    }

    @Test
    void aBrokenFileComesWithTheCommandsToRun() {
        var words =
                "# Bad file format reading the append only file appendonly.aof.1.incr.aof: make a backup of your AOF file";

        assertThat(StartFailure.problem(NAMES, ended(words)).orElseThrow().message())
                .contains(
                        "kubectl -n shop annotate redis r redoubt.dev/paused=true",
                        "kubectl -n shop scale statefulset r-redis --replicas=0",
                        "redis-check-aof --fix appendonlydir/appendonly.aof.manifest",
                        "claim data-r-redis-0");
    }

    @Test
    void wordsThatNobodyKnowsAreReadInTheLog() {
        assertThat(StartFailure.problem(NAMES, ended("# What is this?")))
                .hasValue(Verdict.notReady(
                        Reason.CrashLooping,
                        "Container redis of pod r-redis-0 ended with exit code 1 (Error). See: kubectl -n shop logs r-redis-0"
                                + " --previous"));
    }

    @Test
    void whoNeededTooMuchMemoryIsToldWhatTheLimitIsDerivedFrom() {
        var pod = ended("");
        pod.getStatus()
                .getContainerStatuses()
                .getFirst()
                .getState()
                .getTerminated()
                .setReason("OOMKilled");

        var verdict = StartFailure.problem(NAMES, pod).orElseThrow();

        assertThat(verdict.reason()).isEqualTo(Reason.OOMKilled);
        assertThat(verdict.message()).contains("spec.maxMemory", "kubectl -n shop edit redis r");
    }

    private static Pod ended(String message) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("r-redis-0")
                .withNamespace("shop")
                .endMetadata()
                .withNewStatus()
                .withPhase("Running")
                .withContainerStatuses(new ContainerStatusBuilder()
                        .withName(RedisStatefulSet.CONTAINER)
                        .withReady(false)
                        .withNewState()
                        .withTerminated(new ContainerStateTerminatedBuilder()
                                .withExitCode(1)
                                .withReason("Error")
                                .withMessage(message)
                                .build())
                        .endState()
                        .build())
                .endStatus()
                .build();
    }
}
