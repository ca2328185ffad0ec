package dev.redoubt.operator.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.redoubt.operator.FakeApi;
import dev.redoubt.operator.FakeApi.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IssuerWatchTest {
    private static final Duration KEEP = Duration.ofMinutes(10);

    private final AtomicInteger changes = new AtomicInteger();
    private final AtomicReference<Instant> now = new AtomicReference<>(FakeApi.NOW);

    private FakeApi cluster;
    private IssuerWatch watch;

    @BeforeEach
    void start() {
        cluster = new FakeApi();
        watch = new IssuerWatch(cluster.client(), Duration.ofMillis(20), KEEP, now::get);
    }

    @AfterEach
    void stop() {
        watch.close();
        cluster.close();
    }

    @Test
    void knowsTheKeysBeforeTheFirstPass() {
        serves("https://issuer", "a", "b");
        watch.start(changes::incrementAndGet);
        var keys = watch.state().keys().orElseThrow();
        assertThat(keys.issuer()).isEqualTo("https://issuer");
        assertThat(keys.keys()).containsOnlyKeys("a", "b");
        assertThat(changes).hasValue(0);
    }

    @Test
    void tellsOfAChangeOnceAndOfNoneNever() {
        serves("https://issuer", "a");
        watch.start(changes::incrementAndGet);
        afterTwoMoreQuestions();
        assertThat(changes).hasValue(0);
        serves("https://issuer", "b", "a");
        await().untilAsserted(() -> assertThat(ids()).containsExactly("a", "b"));
        afterTwoMoreQuestions();
        // The same keys in another order are the same keys.
        serves("https://issuer", "a", "b");
        afterTwoMoreQuestions();
        assertThat(changes).hasValue(1);
    }

    /** Two API servers behind one address, one of which has the new key already. */
    @Test
    void keepsAKeyThatComesAndGoes() {
        serves("https://issuer", "old");
        watch.start(changes::incrementAndGet);
        serves("https://issuer", "new");
        await().untilAsserted(() -> assertThat(ids()).containsExactly("new", "old"));
        now.updateAndGet(time -> time.plus(KEEP).minusSeconds(1));
        afterTwoMoreQuestions();
        assertThat(ids()).containsExactly("new", "old");
        now.updateAndGet(time -> time.plusSeconds(2));
        await().untilAsserted(() -> assertThat(ids()).containsExactly("new"));
        assertThat(changes).hasValue(2);
    }

    @Test
    void keepsNoKeyOfAnotherIssuer() {
        serves("https://issuer", "old");
        watch.start(changes::incrementAndGet);
        serves("https://another", "new");
        await().untilAsserted(() -> assertThat(ids()).containsExactly("new"));
    }

    @Test
    void saysWhatToDoWhereItMayNotRead() {
        cluster.answer(_ -> Answer.refusal(403, "forbidden"));
        watch.start(changes::incrementAndGet);
        assertThat(watch.state().keys()).isEmpty();
        assertThat(watch.state().problem()).contains("kubectl create clusterrolebinding");
        serves("https://issuer", "a");
        await().untilAsserted(() -> assertThat(watch.state().problem()).isEmpty());
        cluster.answer(_ -> Answer.refusal(500, "down"));
        await().untilAsserted(() -> assertThat(watch.state().problem()).contains("does not answer"));
        assertThat(ids()).containsExactly("a");
        assertThat(changes).hasValue(2);
    }

    @Test
    void takesOverNothingButPublicMembers() {
        cluster.answer(
                request -> request.target().contains("openid-configuration")
                        ? new Answer(200, "{\"issuer\":\"https://issuer\"}")
                        : new Answer(
                                200,
                                "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"a\",\"n\":\"AQAB\",\"e\":\"AQAB\",\"d\":\"secret\",\"x5c\":[\"x\"]}]}"));
        watch.start(changes::incrementAndGet);
        var keySet = watch.state().keys().orElseThrow().keySet();
        assertThat(keySet).contains("AQAB").doesNotContain("secret", "x5c");
        assertThat(IssuerKeys.read(keySet)).isEqualTo(watch.state().keys());
    }

    @Test
    void isNotMisledByWhatIsNoAnswer() {
        for (var body : new String[] {"", "<html>", "{}", "[]", "{\"issuer\":\"\"}"}) {
            assertThat(IssuerKeys.parse(body, "{\"keys\":[]}")).isEmpty();
            assertThat(IssuerKeys.parse("{\"issuer\":\"https://issuer\"}", body))
                    .isEmpty();
            assertThat(IssuerKeys.read(body)).isEmpty();
        }
    }

    private java.util.Set<String> ids() {
        return watch.state().keys().orElseThrow().keys().keySet();
    }

    private void serves(String issuer, String... ids) {
        var keys = Arrays.stream(ids)
                .map(
                        "{\"kty\":\"RSA\",\"alg\":\"RS256\",\"use\":\"sig\",\"kid\":\"%s\",\"n\":\"AQAB\",\"e\":\"AQAB\"}"
                                ::formatted)
                .collect(Collectors.joining(","));
        cluster.answer(request -> request.target().contains("openid-configuration")
                ? new Answer(200, "{\"issuer\":\"%s\",\"jwks_uri\":\"https://x\"}".formatted(issuer))
                : new Answer(200, "{\"keys\":[%s]}".formatted(keys)));
    }

    private void afterTwoMoreQuestions() {
        var asked = cluster.requests().size();
        await().until(() -> cluster.requests().size() >= asked + 5);
    }
}
