package dev.redoubt.operator.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsFileTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "# nothing\n", "ping:\n", "ping: {}", "images: {redis: null}"})
    void whatIsLeftOutHasItsDefault(String yaml) {
        assertThat(SettingsFile.parse(yaml)).isEqualTo(OperatorSettings.DEFAULTS);
    }

    @Test
    void everyKeyCanBeSet() {
        var settings = SettingsFile.parse("""
                watchNamespaces: [shop, checkout]
                instance: blue
                images: {redis: r/redis:7.0, valkey: r/valkey:8.1, cacheService: r/cs@sha256:abc, exporter: r/exporter:1.69}
                clusterDomain: cluster.example
                operator: {namespace: ops, podLabels: {app: operator, tier: control}}
                leaderElection: {enabled: false, lease: other}
                http: {port: 9090}
                ping: {interval: 500ms, timeout: 3s, failures: 5}
                cacheServices: {lookInterval: 2s, timeout: 200ms}
                reconcile: {threads: 4, maxRetryInterval: 1m, shutdownTimeout: 1h}
                certificates: {authority: 800d, server: 20d, overlap: 2d, warning: 10d}
                monitoring: {labels: {release: prometheus}, lookInterval: 10s}
                issuer: {lookInterval: 2m, keepKeys: 1h}
                """);

        assertThat(settings.watchNamespaces()).containsExactly("shop", "checkout");
        assertThat(settings.instance()).isEqualTo("blue");
        assertThat(settings.images())
                .isEqualTo(new OperatorSettings.Images(
                        "r/redis:7.0", "r/valkey:8.1", "r/cs@sha256:abc", "r/exporter:1.69"));
        assertThat(settings.clusterDomain()).isEqualTo("cluster.example");
        assertThat(settings.operator())
                .isEqualTo(new OperatorSettings.OperatorPod("ops", Map.of("app", "operator", "tier", "control")));
        assertThat(settings.leaderElection()).isEqualTo(new OperatorSettings.LeaderElection(false, "other"));
        assertThat(settings.http().port()).isEqualTo(9090);
        assertThat(settings.ping())
                .isEqualTo(new OperatorSettings.Ping(Duration.ofMillis(500), Duration.ofSeconds(3), 5));
        assertThat(settings.cacheServices())
                .isEqualTo(new OperatorSettings.CacheServices(Duration.ofSeconds(2), Duration.ofMillis(200)));
        assertThat(settings.reconcile())
                .isEqualTo(new OperatorSettings.Reconcile(4, Duration.ofMinutes(1), Duration.ofHours(1)));
        assertThat(settings.certificates())
                .isEqualTo(new OperatorSettings.Certificates(
                        Duration.ofDays(800), Duration.ofDays(20), Duration.ofDays(2), Duration.ofDays(10)));
        assertThat(settings.issuer())
                .isEqualTo(new OperatorSettings.Issuer(Duration.ofMinutes(2), Duration.ofHours(1)));
        assertThat(settings.monitoring())
                .isEqualTo(new OperatorSettings.Monitoring(Map.of("release", "prometheus"), Duration.ofSeconds(10)));
    }

    @Test
    void oneKeyOfAGroupLeavesTheOthers() {
        var ping = SettingsFile.parse("ping: {timeout: 3s}").ping();

        assertThat(ping).isEqualTo(new OperatorSettings.Ping(Duration.ofSeconds(2), Duration.ofSeconds(3), 2));
    }

    /** Labels are a whole: merged with the default they would match no pod. */
    @Test
    void podLabelsReplaceTheDefault() {
        assertThat(SettingsFile.parse("operator: {podLabels: {app: mine}}")
                        .operator()
                        .podLabels())
                .isEqualTo(Map.of("app", "mine"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    watchNamespace: [shop]         | Unknown key 'watchNamespace' in the settings. Known beside it: cacheServices, certificates, clusterDomain, credentials, hardening, http, images, instance, issuer, leaderElection, memory, monitoring, operator, ping, reconcile, watchNamespaces.
                    `ping: {intervall: 2s}`        | Unknown key 'ping.intervall' in the settings. Known beside it: failures, interval, timeout.
                    `ping: {interval: 2}`          | The setting 'ping.interval' is wrong:
                    `ping: {interval: soon}`       | 'soon' is not a duration: write a whole number and ms, s, m, h or d, such as 2s
                    `ping: {interval: 0s}`         | Wrong settings: ping.interval must be longer than 0.
                    `ping: {timeout: 0ms}`         | Wrong settings: ping.timeout must be longer than 0.
                    `ping: {failures: 0}`          | Wrong settings: ping.failures must be at least 1.
                    `ping: {failures: many}`       | The setting 'ping.failures' is wrong:
                    `hardening: {concurrency: 0}`  | Wrong settings: hardening.concurrency must be at least 1.
                    `hardening: {forbiddenPort: 0}` | Wrong settings: hardening.forbiddenPort must be from 1 to 65535.
                    `hardening: {sweepInterval: 0s}` | Wrong settings: hardening.sweepInterval must be longer than 0.
                    `memory: {interval: 0s}`       | Wrong settings: memory.interval must be longer than 0.
                    `memory: {evictionsPerSecond: -1}` | Wrong settings: memory.evictionsPerSecond must be at least 0.
                    `cacheServices: {lookInterval: 0s}` | Wrong settings: cacheServices.lookInterval must be longer than 0.
                    `cacheServices: {timeout: 0s}` | Wrong settings: cacheServices.timeout must be longer than 0.
                    `credentials: {propagation: 0s}` | Wrong settings: credentials.propagation must be longer than 0.
                    `credentials: {grace: 179s}`   | Wrong settings: credentials.grace must be at least twice credentials.propagation
                    `reconcile: {threads: 0}`      | Wrong settings: reconcile.threads must be at least 1.
                    `http: {port: -1}`             | Wrong settings: http.port must be from 0 to 65535.
                    `http: {port: 99999}`          | Wrong settings: http.port must be from 0 to 65535.
                    `- a`                          | The settings must be a mapping of keys to values
                    `just words`                   | The settings must be a mapping of keys to values
                    `42`                           | The settings must be a mapping of keys to values
                    `{instance: a, instance: b}`   | Duplicate field 'instance'
                    `certificates: {server: 0d}`   | Wrong settings: certificates.server must be at least 1h
                    `certificates: {server: 2000d}` | Wrong settings: certificates.authority must be at least three times certificates.server, and certificates.overlap more.
                    `certificates: {overlap: 1m}` | Wrong settings: certificates.overlap must be at least 5m
                    `operator: {podLabels: {}}`    | operator.podLabels is empty
                    `images: {redis: redis}`       | image 'redis' needs a tag that is not latest, or a digest
                    `images: {valkey: v:latest}`   | image 'v:latest' needs a tag that is not latest, or a digest
                    `images: {valkey: r:5000/v}`   | image 'r:5000/v' needs a tag that is not latest, or a digest
                    `images: {exporter: e:latest}` | image 'e:latest' needs a tag that is not latest, or a digest
                    `monitoring: {lookInterval: 0s}` | Wrong settings: monitoring.lookInterval must be longer than 0.
                    `issuer: {keepKeys: 0s}`       | Wrong settings: issuer.keepKeys must be longer than 0.
                    `images: redis`                | The setting 'images' is wrong:
                    `watchNamespaces: shop`        | The setting 'watchNamespaces' is wrong:
                    `ping: [`                      | The settings are not YAML:
                    """)
    void aMistakeIsNamedWithWhatToWriteInstead(String yaml, String message) {
        assertThatThrownBy(() -> SettingsFile.parse(yaml))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining(message);
    }

    @Test
    void allMistakesAreNamedAtOnce() {
        assertThatThrownBy(() -> SettingsFile.parse("{ping: {failures: 0}, reconcile: {threads: -3}}"))
                .hasMessageContaining("ping.failures must be at least 1; reconcile.threads must be at least 1");
    }

    @Test
    void aFileThatCannotBeReadIsNamed() {
        var missing = directory.resolve("operator.yaml");

        assertThatThrownBy(() -> SettingsFile.read(missing))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining(missing.toString())
                .hasMessageContaining("--config");
    }

    @Test
    void aFileIsRead() throws IOException {
        var file = Files.writeString(directory.resolve("operator.yaml"), "instance: blue\n");

        assertThat(SettingsFile.read(file).instance()).isEqualTo("blue");
    }

    /** They are logged at the start as they are, so none of them may become a secret. */
    @Test
    void settingsHoldNoSecret() {
        assertThat(OperatorSettings.DEFAULTS.toString().toLowerCase(Locale.ROOT))
                .doesNotContain("password", "secret", "token");
    }
}
