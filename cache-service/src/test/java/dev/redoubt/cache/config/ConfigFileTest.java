package dev.redoubt.cache.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {

    private static final String HASH = "a".repeat(64);
    private static final Path DOCUMENTATION = Path.of("../docs");
    /** Stands for what has no default. */
    private static final String GIVEN = "given";

    @TempDir
    Path directory;

    @Test
    void bindsEveryKey() throws Exception {
        Files.writeString(directory.resolve("tls.crt"), "PEM");
        ServiceConfig config = load("""
                redis:
                  binding: /etc/redoubt/redis
                  caFile: /ca.crt
                  commandTimeout: 100ms
                  connectTimeout: 3s
                  heartbeat: 500ms
                  stallLimit: 4s
                  requestQueueSize: 100
                  reconnect: {min: 50ms, max: 1s}
                state: {binding: /etc/redoubt/state}
                https: {port: 9443, certificate: %1$s/tls.crt, privateKey: %1$s/tls.crt}
                management: {port: 9081}
                limits: {body: 2MiB, key: 256, requestLine: 8KiB, headers: 16KiB, pipelined: 7, connections: 8, idle: 30s, request: 5s}
                startup: {patience: 3s}
                shutdown: {drain: 1s, grace: 2s}
                logging: {format: text, level: debug}
                eventLoops: 1
                regions:
                - {name: latest-sample, ttl: 10s}
                - {name: slow, ttl: 1h30m}
                rateLimits:
                - {name: websocket, capacity: 100, refillPeriod: 60s}
                - {name: login, capacity: 5, refillPeriod: 1m, whenUnavailable: Closed}
                localLimits: {buckets: 10, replicas: 3}
                clients:
                - {name: dashboard, apiKeySha256File: /etc/redoubt/clients/dashboard, read: [slow], write: ["*"], limit: [login]}
                - {name: other, apiKeySha256: %2$s}
                accessLog: {sample: 2.5%%, linesPerSecond: 10, queueSize: 20}
                """.formatted(directory, HASH));
        assertThat(config.redis())
                .isEqualTo(new ServiceConfig.Redis(
                        Path.of("/etc/redoubt/redis"),
                        Path.of("/ca.crt"),
                        Duration.ofMillis(100),
                        Duration.ofSeconds(3),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(4),
                        100,
                        new ServiceConfig.Reconnect(Duration.ofMillis(50), Duration.ofSeconds(1))));
        assertThat(config.state().binding()).isEqualTo(Path.of("/etc/redoubt/state"));
        assertThat(config.https().port()).isEqualTo(9443);
        assertThat(config.management().port()).isEqualTo(9081);
        assertThat(config.limits())
                .isEqualTo(new ServiceConfig.Limits(
                        2 << 20, 256, 8192, 16384, 7, 8, Duration.ofSeconds(30), Duration.ofSeconds(5)));
        assertThat(config.startup().patience()).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.shutdown())
                .isEqualTo(new ServiceConfig.Shutdown(Duration.ofSeconds(1), Duration.ofSeconds(2)));
        assertThat(config.logging())
                .isEqualTo(new ServiceConfig.Logging(
                        ServiceConfig.Logging.Format.text, ServiceConfig.Logging.Level.debug));
        assertThat(config.effectiveEventLoops()).isEqualTo(1);
        assertThat(config.regions())
                .containsExactly(
                        new ServiceConfig.Region("latest-sample", Duration.ofSeconds(10)),
                        new ServiceConfig.Region("slow", Duration.ofMinutes(90)));
        assertThat(config.rateLimits())
                .containsExactly(
                        new ServiceConfig.RateLimit(
                                "websocket",
                                100,
                                Duration.ofSeconds(60),
                                ServiceConfig.RateLimit.WhenUnavailable.Local),
                        new ServiceConfig.RateLimit(
                                "login", 5, Duration.ofMinutes(1), ServiceConfig.RateLimit.WhenUnavailable.Closed));
        assertThat(config.localLimits()).isEqualTo(new ServiceConfig.LocalLimits(10, 3));
        assertThat(config.clients().getFirst().limit()).containsExactly("login");
        assertThat(config.clients().getFirst().write()).containsExactly("*");
        assertThat(config.clients().getLast().read()).isEmpty();
        assertThat(config.accessLog()).isEqualTo(new ServiceConfig.AccessLog(new Share(0.025), 10, 20));
    }

    @Test
    void hasDefaultsForAllButTheListener() throws Exception {
        ServiceConfig config = load("http: {port: 8080}");
        assertThat(config.redis().commandTimeout()).isEqualTo(Duration.ofMillis(250));
        assertThat(config.limits().body()).isEqualTo(1 << 20);
        assertThat(config.startup().patience()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.shutdown().drain()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.management().port()).isEqualTo(8081);
        assertThat(config.regions()).isEmpty();
        assertThat(config.clients()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "regoins: []                                     | regoins (line 2): unknown key; did you mean \"regions\"?",
                "redis: {comandTimeout: 1s}                      | redis.comandTimeout (line 2): unknown key; did you mean \"commandTimeout\"?",
                "regions: [{name: a, ttl: 10}]                   | regions[0].ttl (line 2): \"10\" has no unit; write for example 10s",
                "regions: [{name: a, ttl: soon}]                 | regions[0].ttl (line 2): \"soon\" is not a duration; write for example 250ms, 10s, 5m or 1h",
                "regions: [{name: a, ttl: 0s}]                   | regions[0].ttl: 0ms is out of bounds; write 1ms to 8760h",
                "regions: [{name: a}]                            | regions[0].ttl: is missing",
                "regions: [{name: A, ttl: 1s}]                   | regions[0].name: \"A\" is not a name",
                "regions: [{name: a, ttl: 1s}, {name: a, ttl: 1s}] | regions[1].name: \"a\" is there twice",
                "rateLimits: [{name: a, capacity: 5}]            | rateLimits[0].refillPeriod: is missing; write for example refillPeriod: 60s",
                "rateLimits: [{name: a, refillPeriod: 1s}]       | rateLimits[0].capacity: 0 is out of bounds; write 1 to 1000000",
                "rateLimits: [{name: a, capacity: 5, refillPeriod: 32d}] | rateLimits[0].refillPeriod: 768h is out of bounds; write 1ms to 744h",
                "rateLimits: [{name: a, capacity: 5, refillPeriod: 1s, whenUnavailable: Shut}] | rateLimits[0].whenUnavailable (line 2): \"Shut\" is not one of Local, Open, Closed",
                "localLimits: {buckets: 0}                       | localLimits.buckets: 0 is out of bounds",
                "limits: {body: big}                             | limits.body (line 2): \"big\" is not a size; write for example 512, 64KiB or 1MiB",
                "limits: {pipelined: many}                       | limits.pipelined (line 2): \"many\" is not a whole number",
                "management: {port: 8080}                        | management.port: 8080 is the port of the API too; choose another",
                "logging: {format: xml}                          | logging.format (line 2): \"xml\" is not one of ecs, text",
                "clients: [{name: a}]                            | clients[0]: give exactly one of apiKeySha256File, apiKeySha256 and serviceAccount",
                "clients: [{name: a, apiKeySha256: abc}]         | clients[0].apiKeySha256: is not 64 lower-case hex digits",
                "eventLoops: -1                                  | eventLoops: -1 is out of bounds; write 0 to 256",
                "accessLog: {sample: some}                       | accessLog.sample (line 2): \"some\" is not a share; write for example 0.01 or 1%",
                "accessLog: {sample: 2}                          | accessLog.sample (line 2): \"2\" is more than the whole; write 0 to 1, or 0% to 100%",
                "accessLog: {sample: 101%}                       | accessLog.sample (line 2): \"101%\" is more than the whole",
                "accessLog: {linesPerSecond: 0}                  | accessLog.linesPerSecond: 0 is out of bounds; write 1 to 100000",
                "http: {port: 1}                                 | Duplicate",
                "spring: {main: {}}                              | spring (line 2): unknown key",
            })
    void saysWhereWhatAndWhatInstead(String line, String expected) {
        assertThatThrownBy(() -> load("http: {port: 8080}\n" + line))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(directory.resolve("service.yaml") + ": 1 problem")
                .hasMessageContaining(expected);
    }

    @Test
    void tellsAllProblemsAtOnce() {
        assertThatThrownBy(() -> load("""
                        regions: [{name: latest-sample, ttl: 10s}]
                        clients: [{name: a, apiKeySha256: %s, read: [latest-smaple], write: [other]}]
                        """.formatted(HASH)))
                .hasMessageContaining("3 problems")
                .hasMessageContaining("https: is missing; write https: {port: 8443")
                .hasMessageContaining(
                        "clients[0].read[0]: \"latest-smaple\" is not a region; did you mean \"latest-sample\"?")
                .hasMessageContaining("clients[0].write[0]: \"other\" is not a region; name one of [latest-sample]");
    }

    @Test
    void wantsOneListener() {
        assertThatThrownBy(() -> load("http: {}\nhttps: {certificate: /nowhere, privateKey: /nowhere}"))
                .hasMessageContaining("remove one of the two")
                .hasMessageContaining("https.certificate: /nowhere cannot be read");
    }

    @Test
    void showsAnExampleWhenThereIsNoFile() {
        assertThatThrownBy(() -> ConfigFile.load(directory.resolve("absent.yaml")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("absent.yaml does not exist")
                .hasMessageContaining("REDOUBT_CONFIG")
                .hasMessageContaining("regions:");
        assertThatThrownBy(() -> load("")).isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> load("a: ["))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("line");
        assertThatThrownBy(() -> load("just text")).isInstanceOf(ConfigException.class);
    }

    @Test
    void findsTheFile() {
        assertThat(ConfigFile.path(List.of("--config=/a"), Map.of("REDOUBT_CONFIG", "/b")))
                .isEqualTo(Path.of("/a"));
        assertThat(ConfigFile.path(List.of(), Map.of("REDOUBT_CONFIG", "/b"))).isEqualTo(Path.of("/b"));
        assertThat(ConfigFile.path(List.of(), Map.of())).isEqualTo(ConfigFile.DEFAULT_PATH);
        assertThatThrownBy(() -> ConfigFile.path(List.of("--help"), Map.of())).hasMessageContaining("--config=");
    }

    @Test
    void loadsTheExample() {
        ServiceConfig example = ConfigFile.load(Path.of("example.yaml"));
        assertThat(example.regions()).extracting(ServiceConfig.Region::name).contains("latest-sample");
        assertThat(example.http()).isNotNull();
    }

    /** The settings of the page are those of the program, in its order and with its defaults. */
    @Test
    void theSettingsOfThePageAreThoseOfTheProgram() throws Exception {
        String page = Files.readString(DOCUMENTATION.resolve("cache-service.md"));
        String section = page.substring(page.indexOf("\n## Configuration\n"), page.indexOf("\n## Operation\n"));
        List<String> rows =
                section.lines().filter(line -> line.startsWith("| `")).toList();
        Map<String, Object> settings = settings();
        assertThat(rows.stream().map(row -> cell(row, 1).replace("`", "")))
                .containsExactlyElementsOf(settings.keySet());
        for (String row : rows) {
            Object value = settings.get(cell(row, 1).replace("`", ""));
            String shown = cell(row, 2);
            assertThat(cell(row, 3)).as(row).isNotEmpty();
            switch (value) {
                // Nothing, or given here because it has no default: then the page has none, or says in words what holds
                // instead.
                case null -> assertThat(shown).as(row).doesNotContainPattern("^`[\\d\"]");
                case String given
                when given.equals(GIVEN) -> assertThat(shown).as(row).isEmpty();
                case Duration duration ->
                    assertThat(Durations.parse(code(shown))).as(row).isEqualTo(duration);
                case Integer number ->
                    assertThat(ByteSize.parse(code(shown)).bytes()).as(row).isEqualTo(number);
                case Share share -> assertThat(Share.parse(code(shown))).as(row).isEqualTo(share);
                default -> assertThat(code(shown)).as(row).isEqualTo(value.toString());
            }
        }
    }

    /** Other pages name only settings that there are. */
    @ParameterizedTest
    @ValueSource(strings = {"access.md", "limits.md", "degraded-mode.md"})
    void otherPagesNameOnlySettingsThatThereAre(String page) throws Exception {
        Set<String> settings = settings().keySet();
        Set<String> roots =
                settings.stream().map(key -> key.split("[.\\[]", 2)[0]).collect(Collectors.toSet());
        Pattern.compile("`([a-zA-Z]+)((?:\\[])?\\.[a-zA-Z.\\[\\]]+)`")
                .matcher(Files.readString(DOCUMENTATION.resolve(page)))
                .results()
                .filter(name -> roots.contains(name.group(1)))
                .map(name -> name.group(1) + name.group(2))
                .forEach(name -> assertThat(settings).as(page).contains(name));
    }

    private static String cell(String row, int at) {
        return row.split("(?<!\\\\)\\|", -1)[at].strip();
    }

    private static String code(String cell) {
        assertThat(cell).matches("`[^`]*`");
        return cell.substring(1, cell.length() - 1);
    }

    /** Every key that the file may have, with its default. */
    private static Map<String, Object> settings() {
        ServiceConfig smallest = ConfigFile.parse("smallest", """
                https: {}
                http: {}
                regions: [{name: %1$s, ttl: 1s}]
                rateLimits: [{name: %1$s, refillPeriod: 1s}]
                clients: [{name: %1$s, serviceAccount: {namespace: %1$s, name: %1$s}}]
                tokens: {}
                accessLog: {}
                """.formatted(GIVEN));
        Map<String, Object> settings = new LinkedHashMap<>();
        collect("", smallest, settings);
        List.of(
                        "regions[].ttl",
                        "rateLimits[].capacity",
                        "rateLimits[].refillPeriod",
                        "tokens.issuer",
                        "tokens.audiences")
                .forEach(key -> assertThat(settings.put(key, GIVEN)).isNotNull());
        return settings;
    }

    private static void collect(String prefix, Object settings, Map<String, Object> into) {
        for (RecordComponent component : settings.getClass().getRecordComponents()) {
            Object value;
            try {
                value = component.getAccessor().invoke(settings);
            } catch (ReflectiveOperationException e) {
                throw new LinkageError(e.getMessage(), e);
            }
            String key = prefix + component.getName();
            if (value instanceof List<?> list && !list.isEmpty()) {
                collect(key + "[].", list.getFirst(), into);
            } else if (value instanceof Record && !(value instanceof ByteSize) && !(value instanceof Share)) {
                collect(key + ".", value, into);
            } else {
                into.put(key, value);
            }
        }
    }

    private ServiceConfig load(String text) throws Exception {
        return ConfigFile.load(Files.writeString(directory.resolve("service.yaml"), text));
    }
}
