package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.redoubt.api.v1alpha1.ControlState;
import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.FakeApi;
import dev.redoubt.operator.acl.AclUser;
import dev.redoubt.operator.hardening.Audit;
import dev.redoubt.operator.hardening.Auditor;
import dev.redoubt.operator.hardening.Control;
import dev.redoubt.operator.hardening.Finding;
import dev.redoubt.operator.hardening.ServerControls;
import dev.redoubt.operator.server.RedisServers;
import dev.redoubt.operator.server.ServerFacts;
import dev.redoubt.operator.server.ServerHealth.Answering;
import dev.redoubt.operator.server.StrangerFacts;
import dev.redoubt.operator.settings.OperatorSettings;
import dev.redoubt.operator.settings.OperatorSettings.Ping;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each control is broken on a real server behind the operator's back: the probe sees it, and it is put right. */
@RealServer
class HardeningTest {
    private static final Ping PING = new Ping(Duration.ofMillis(200), Duration.ofSeconds(2), 2);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Redis REDIS =
            RedisFixture.redis("guarded", "{image: 'redis@sha256:%s'}".formatted("0".repeat(64)));

    @TempDir
    private Path directory;

    private FakeApi api;
    private RedisServers servers;
    private Auditor auditor;
    private LocalRedis server;
    private RedisHardening hardening;

    @BeforeEach
    void start() {
        api = new FakeApi();
        server = LocalRedis.start(directory, RedisFixture.modelOfToday(REDIS));
        servers = new RedisServers(PING, new SimpleMeterRegistry());
        servers.start(_ -> {}, _ -> true);
        servers.observe(model().serverId(), server.target());
        await().atMost(PATIENCE).until(() -> servers.health(model().serverId()) instanceof Answering);
        auditor = new Auditor(
                servers, OperatorSettings.DEFAULTS.hardening(), Clock.systemUTC(), new SimpleMeterRegistry());
        hardening = new RedisHardening(auditor, servers, api.cluster().events());
    }

    @AfterEach
    void stop() {
        auditor.close();
        servers.close();
        server.close();
        api.close();
    }

    private RedisModel model() {
        return server.model();
    }

    @Test
    void everyControlThatAServerAnswersForHoldsOnAFreshOne() {
        var audit = look();

        assertThat(broken(audit)).isEmpty();
        assertThat(states(audit)).containsOnlyKeys(ServerControls.controls().toArray(Control[]::new));
        assertThat(audit.needsRepair()).isFalse();
    }

    /** Somebody who has got hold of the operator's password can do this. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ACL SETUSER default on nopass +@all ~*    | AUTH_REQUIRED           | user default is on",
                "ACL SETUSER default on nopass +@all ~*    | AUTH_REQUIRED           | PING without a password is answered with '+PONG'",
                "ACL SETUSER backdoor on >secret +@all ~*  | AUTH_REQUIRED           | there is a user backdoor that nobody specified",
                "ACL SETUSER app nopass                    | AUTH_REQUIRED           | user app needs no password",
                "ACL SETUSER app +@all                     | LEAST_PRIVILEGE         | the server would let app run FLUSHALL",
                "ACL SETUSER exporter ~*                   | LEAST_PRIVILEGE         | user exporter has other rights: ~*",
                "ACL SETUSER service (+get ~other:*)       | LEAST_PRIVILEGE         | user service has other rights",
                "ACL SETUSER app >another                  | FRESH_CREDENTIALS       | user app has a password that is in no Secret",
                "ACL SETUSER service resetpass >another    | FRESH_CREDENTIALS       | user service does not know its password",
                "ACL DELUSER exporter                      | LEAST_PRIVILEGE         | user exporter is missing",
                "CONFIG SET tls-protocols TLSv1.3          | ENCRYPTED_TRANSPORT     | tls-protocols is 'TLSv1.3' instead of 'TLSv1.2 TLSv1.3'",
                "CONFIG SET protected-mode no              | DANGEROUS_CONFIG_LOCKED | protected-mode is 'no' instead of 'yes'",
                "CONFIG SET stop-writes-on-bgsave-error no | DURABLE_WRITES          | stop-writes-on-bgsave-error is 'no'",
                "CONFIG SET maxmemory-clients 0            | MEMORY_BOUNDED          | maxmemory-clients is '0'"
            })
    void whatIsBrokenIsSeenAndPutRight(String command, Control control, String observed) throws IOException {
        look();
        asOperator(command);

        var seen = look();

        assertThat(finding(seen, control).state()).isEqualTo(ControlState.FAILED);
        assertThat(finding(seen, control).observed()).contains(observed);
        assertThat(seen.needsRepair()).isTrue();

        hardening.repair(REDIS, model(), seen);

        assertThat(api.events()).allSatisfy(event -> assertThat(event).startsWith("DriftRepaired: H"));
        assertThat(api.events()).isNotEmpty();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(broken(look())).isEmpty());
    }

    /** The plain port listens on the server's own address; what is tried there is answered. */
    @Test
    void anOpenPlainPortIsSeenAndClosed() throws IOException {
        asOperator("CONFIG SET port 6390");

        var seen = look();

        assertThat(finding(seen, Control.ENCRYPTED_TRANSPORT).observed()).contains("port is '6390' instead of '0'");
        hardening.repair(REDIS, model(), seen);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(broken(look())).isEmpty());
    }

    /** The application keeps its connection, and can log in again, while its rights are set anew. */
    @Test
    void aRepairCutsNobody() throws IOException {
        try (var app = server.connect(AclUser.APP)) {
            asOperator("ACL SETUSER app +@all");
            hardening.repair(REDIS, model(), look());

            assertThat(app.ask("SET", "still", "there")).isEqualTo("OK");
            assertThat(app.ask("FLUSHALL")).startsWith("-NOPERM");
        }
        try (var again = server.connect(AclUser.APP)) {
            assertThat(again.ask("GET", "still")).isEqualTo("there");
        }
    }

    @Test
    void aLookChangesNothing() throws IOException {
        try (var operator = server.connect(AclUser.OPERATOR)) {
            var before = operator.ask("INFO", "keyspace") + operator.ask("ACL", "USERS");
            look();
            assertThat(operator.ask("INFO", "keyspace") + operator.ask("ACL", "USERS"))
                    .isEqualTo(before);
        }
    }

    @Test
    void aServerThatDoesNotAnswerIsUnknownAndNotBroken() {
        look();
        server.freeze();

        assertThat(states(look()).values()).containsOnly(ControlState.UNKNOWN);
        server.thaw();
    }

    /** While a pod ends, its server cuts who has just connected: whoever asked the rest a moment before has seen nothing wrong. */
    @Test
    void aServerThatCutsAStrangerBeforeItAnswersIsUnknownAndNotOpen() {
        var expected = RedisHardening.expected(model());
        var facts = servers.interrogate(model().serverId(), ServerControls.questions(expected));
        var cut = new ServerFacts(
                facts.version(),
                facts.parameters(),
                facts.users(),
                facts.references(),
                facts.allowed(),
                facts.ownDenial(),
                facts.persistence(),
                new StrangerFacts("", "", "", false, false, facts.stranger().serial()));

        assertThat(ServerControls.judge(expected, cut))
                .filteredOn(finding -> finding.state() != ControlState.ENFORCED)
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.control()).isEqualTo(Control.AUTH_REQUIRED);
                    assertThat(finding.state()).isEqualTo(ControlState.UNKNOWN);
                    assertThat(finding.observed()).contains("before it answered");
                });
    }

    /** Looks now: what was seen before does not count. */
    private Audit look() {
        var expected = RedisHardening.expected(model());
        return auditor.look(model().serverId(), expected);
    }

    /** What a server answers for and does not hold. */
    private static List<Finding> broken(Audit audit) {
        return audit.findings().stream()
                .filter(finding -> ServerControls.controls().contains(finding.control()))
                .filter(finding -> finding.state() != ControlState.ENFORCED)
                .toList();
    }

    private static Map<Control, ControlState> states(Audit audit) {
        return audit.findings().stream()
                .filter(finding -> ServerControls.controls().contains(finding.control()))
                .collect(Collectors.toMap(Finding::control, Finding::state));
    }

    private static Finding finding(Audit audit, Control control) {
        return audit.findings().stream()
                .filter(found -> found.control() == control)
                .findFirst()
                .orElseThrow();
    }

    private void asOperator(String command) throws IOException {
        try (var operator = server.connect(AclUser.OPERATOR)) {
            assertThat(operator.ask(command.strip().split(" (?![^(]*\\))"))).matches("OK|1");
        }
    }
}
