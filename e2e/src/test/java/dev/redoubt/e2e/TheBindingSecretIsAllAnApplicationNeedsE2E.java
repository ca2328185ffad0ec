package dev.redoubt.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.e2e.cluster.ClientPod;
import dev.redoubt.e2e.cluster.OnCluster;
import dev.redoubt.e2e.cluster.Stage;
import dev.redoubt.e2e.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** redis-py connects with the binding Secret and no further knowledge, mounted or as variables. */
@OnCluster
final class TheBindingSecretIsAllAnApplicationNeedsE2E {

    private static final String REDIS = """
            apiVersion: redoubt.dev/v1alpha1
            kind: Redis
            metadata: {name: bound}
            spec: {maxMemory: 64Mi}
            """;

    private final Stage stage;

    TheBindingSecretIsAllAnApplicationNeedsE2E(Stage stage) {
        this.stage = stage;
    }

    @BeforeAll
    void aRedis() {
        stage.applyAndAwaitReady(REDIS, "redis/bound");
    }

    @Test
    void redisPySetsAndGetsWithTheMountedFiles() {
        ClientPod application = ClientPod.named("mounted")
                .clientOfRedis("bound")
                .mounting("bound-binding")
                .startedOn(stage)
                .reaching("bound-redis", 6379);
        String said = application.python("""
                import redis
                def binding(key):
                    return open("/binding/" + key).read()
                r = redis.Redis(host=binding("REDIS_HOST"), port=int(binding("REDIS_PORT")),
                                username=binding("REDIS_USERNAME"), password=binding("REDIS_PASSWORD"),
                                ssl=True, ssl_ca_certs="/binding/ca.crt", ssl_check_hostname=True)
                r.set("greeting", "from mounted files")
                print(r.get("greeting").decode())
                """).succeeded().text();
        assertThat(said).isEqualTo("from mounted files");
    }

    @Test
    void thePythonOfOurGuideWorksUnchanged() throws IOException {
        ClientPod application = ClientPod.named("guided")
                .clientOfRedis("bound")
                .mounting("bound-binding")
                .startedOn(stage);
        String guide = Files.readString(Program.checkout().resolve("docs/connect.md"));
        String said = application
                .python(part(guide, "```python\n([^`]*class FromBinding[^`]*)```")
                        + """
                print(cache.set("guided", "yes"), cache.get("guided"))
                short = %s
                print(short.get("guided"))
                """.formatted(part(guide, "`(redis\\.from_url\\(\\(BINDING[^`]*)`")))
                .succeeded()
                .text();
        assertThat(said.lines()).containsExactly("True b'yes'", "b'yes'");
    }

    private static String part(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(pattern).isTrue();
        return matcher.group(1);
    }

    @Test
    void theGuidesOwnLineWorksUnchanged() {
        ClientPod application = ClientPod.named("variables")
                .clientOfRedis("bound")
                .mounting("bound-binding")
                .withVariablesOf("bound-binding")
                .with("SSL_CERT_FILE", ClientPod.MOUNT + "/ca.crt")
                .startedOn(stage)
                .reaching("bound-redis", 6379);
        String said = application.python("""
                import os, redis
                r = redis.from_url(os.environ["REDIS_URL"])
                r.ping()
                r.set("test_key", "Hello")
                print(r.get("test_key").decode(), r.delete("test_key"))
                """).succeeded().text();
        assertThat(said).isEqualTo("Hello 1");
    }

    @Test
    void aWrongAuthorityIsRefusedByTheClient() {
        ClientPod application = ClientPod.named("unverified")
                .clientOfRedis("bound")
                .withVariablesOf("bound-binding")
                .startedOn(stage)
                .reaching("bound-redis", 6379);
        String said = application.python("""
                import os, redis
                try:
                    redis.from_url(os.environ["REDIS_URL"]).ping()
                    print("connected")
                except redis.ConnectionError as e:
                    print(e)
                """).succeeded().text();
        assertThat(said).contains("CERTIFICATE_VERIFY_FAILED");
    }

    @Test
    void theSecretFollowsTheServiceBindingSpecification() {
        assertThat(stage.secret("bound-binding"))
                .containsEntry("type", "redis")
                .containsEntry("provider", "redoubt")
                .containsKeys("host", "port", "username", "password", "uri", "ca.crt")
                .hasEntrySatisfying("REDIS_URL", url -> assertThat(url)
                        .matches("rediss://[^:]+:[^@]{32,}@bound-redis[^:/]*:6379/0"));
    }
}
