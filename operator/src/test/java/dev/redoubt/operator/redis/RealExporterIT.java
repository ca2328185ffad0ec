package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.operator.acl.AclUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A real exporter with exactly the rendered arguments and files, beside a real server with exactly the rendered rights. */
@EnabledIf(
        value = "dev.redoubt.operator.redis.LocalExporter#isInstalled",
        disabledReason = "no redis-server, redis-cli and prometheus-redis-exporter 1.69 in PATH"
                + " : put what images/servers prints into it")
class RealExporterIT {
    private static final Path ALERTS = Path.of("src/main/resources/dev/redoubt/operator/exporter/alerts.yaml");
    private static final Path DASHBOARD = Path.of("../helm/redoubt-operator/files/dashboards/redis.json");
    private static final Path PAGE = Path.of("../docs/monitoring.md");
    private static final Pattern METRIC = Pattern.compile("\\bredis_[a-z0-9_]+\\b");
    private static final Pattern STATISTIC = Pattern.compile("cmdstat_([^:]+):calls=(\\d+),");
    /** Every client logs in, and the server's own statistics are asked for by this test. */
    private static final Set<String> OTHERS = Set.of("auth", "ping", "config|get");

    private static LocalRedis server;
    private static LocalExporter exporter;
    private static String metrics;

    @BeforeAll
    static void scrapeTwice(@TempDir Path directory) throws IOException {
        server = LocalRedis.start(
                Files.createDirectory(directory.resolve("redis")),
                "scraped",
                "{maxMemory: 64Mi, maxMemoryPolicy: noeviction}");
        exporter = LocalExporter.start(Files.createDirectory(directory.resolve("exporter")), server);
        try (var app = server.connect(AclUser.APP)) {
            app.ask("SET", "key", "value", "EX", "600");
            app.ask("SET", "other", "value");
        }
        exporter.metrics();
        metrics = exporter.metrics();
    }

    @AfterAll
    static void stop() {
        if (exporter != null) {
            exporter.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @Test
    void itSeesTheServer() {
        assertThat(metrics.lines())
                .contains(
                        "redis_up 1",
                        "redis_exporter_last_scrape_error{err=\"\"} 0",
                        "redis_memory_max_bytes 6.7108864e+07",
                        "redis_db_keys{db=\"db0\"} 2",
                        "redis_db_keys_expiring{db=\"db0\"} 1",
                        "redis_aof_enabled 1")
                .anyMatch(line ->
                        line.startsWith("redis_instance_info{") && line.contains("maxmemory_policy=\"noeviction\""));
    }

    @Test
    void itIsRefusedNothing() throws IOException {
        assertThat(statistics()).doesNotContain("errorstat_NOPERM", "errorstat_NOAUTH");
        assertThat(exporter.log()).doesNotContain("NOPERM", "level=error");
    }

    /** A right that it does not use is one that somebody else might. */
    @Test
    void itUsesEveryRightThatItHas() throws IOException {
        var rights = Arrays.stream(AclUser.EXPORTER.rules().split(" "))
                .filter(rule -> rule.startsWith("+"))
                .map(rule -> rule.substring(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(sentCommands()).isEqualTo(rights);
    }

    /** An alert on a metric that nobody exports is silent for ever. */
    @Test
    void whatAlertsAskForIsThere() throws IOException {
        assertNamesRealMetrics(ALERTS);
    }

    @Test
    void whatTheDashboardShowsIsThere() throws IOException {
        assertNamesRealMetrics(DASHBOARD);
    }

    @Test
    void whatThePageNamesIsThere() throws IOException {
        assertNamesRealMetrics(PAGE);
    }

    @Test
    void noPasswordIsPrintedOrExported() throws IOException {
        assertThat(exporter.log()).doesNotContain("password-of-");
        assertThat(metrics).doesNotContain("password-of-");
    }

    private static void assertNamesRealMetrics(Path file) throws IOException {
        var named = METRIC.matcher(Files.readString(file))
                .results()
                .map(match -> match.group().replaceFirst("_bucket$", "_count"))
                .collect(Collectors.toCollection(TreeSet::new));
        var exported = metrics.lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[{ ]", 2)[0])
                .collect(Collectors.toSet());

        assertThat(named).isNotEmpty().isSubsetOf(exported);
    }

    private static Set<String> sentCommands() throws IOException {
        return STATISTIC
                .matcher(statistics())
                .results()
                .filter(match -> !match.group(2).equals("0"))
                .map(match -> match.group(1))
                .filter(command ->
                        !OTHERS.contains(command) && !List.of("set", "command").contains(command))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String statistics() throws IOException {
        try (var operator = server.connect(AclUser.OPERATOR)) {
            return operator.ask("INFO", "everything");
        }
    }
}
