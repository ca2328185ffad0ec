package dev.redoubt.cache.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.redoubt.cache.TokenIssuer;
import dev.redoubt.cache.config.ConfigException;
import dev.redoubt.cache.config.ServiceConfig;
import dev.redoubt.cache.limit.RateLimits;
import dev.redoubt.cache.region.Regions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokensTest {

    private static final TokenIssuer ISSUER = TokenIssuer.rsa("one");

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());

    private final TokenCounts counts = new TokenCounts();

    @TempDir
    Path directory;

    @Test
    void countsLooksAndWhatMadeRoom() throws Exception {
        Tokens tokens = tokens(10, 10, 1000);
        String token = ISSUER.token("shop", "dashboard");
        tokens.known(hash(token));
        tokens.verify(hash(token), token).get(20, TimeUnit.SECONDS);
        tokens.known(hash(token));
        tokens.known(hash(token));
        assertThat(counts.misses()).isEqualTo(1);
        assertThat(counts.hits()).isEqualTo(2);
        assertThat(tokens.cached()).isEqualTo(1);
        assertThat(counts.evictions()).isZero();
        for (int i = 0; i < 50; i++) {
            String bad = "eyJ." + i + ".x";
            tokens.verify(hash(bad), bad).get(20, TimeUnit.SECONDS);
        }
        assertThat(tokens.cachedRefusals()).isLessThanOrEqualTo(10);
        assertThat(counts.evictions()).isEqualTo(40);
        assertThat(tokens.cached()).isEqualTo(1);
    }

    @Test
    void remembersWhatIsProvenUntilItExpires() throws Exception {
        Tokens tokens = tokens(10, 10, 100);
        String token = ISSUER.token("shop", "dashboard");
        assertThat(tokens.known(hash(token))).isNull();
        TokenVerdict verdict = tokens.verify(hash(token), token).get(20, TimeUnit.SECONDS);
        assertThat(verdict).isInstanceOf(TokenVerdict.Proven.class);
        assertThat(tokens.known(hash(token))).isSameAs(verdict);
        now.updateAndGet(time -> time.plus(Duration.ofHours(1)).plusSeconds(11));
        assertThat(tokens.known(hash(token))).isEqualTo(new TokenVerdict.Refused(Denial.TOKEN_EXPIRED));
    }

    @Test
    void doesNotLetBadTokensPushGoodOnesOut() throws Exception {
        Tokens tokens = tokens(10, 1000, 100);
        String token = ISSUER.token("shop", "dashboard");
        tokens.verify(hash(token), token).get(20, TimeUnit.SECONDS);
        for (int i = 0; i < 500; i++) {
            String bad = "eyJ." + i + ".x";
            assertThat(tokens.verify(hash(bad), bad).get(20, TimeUnit.SECONDS))
                    .isEqualTo(new TokenVerdict.Refused(Denial.TOKEN_MALFORMED));
        }
        assertThat(tokens.known(hash(token))).isInstanceOf(TokenVerdict.Proven.class);
    }

    @Test
    void tellsAFloodToComeBack() throws Exception {
        Tokens tokens = tokens(10, 4, 5);
        List<CompletableFuture<TokenVerdict>> answers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String token = ISSUER.token("shop", "account-" + i);
            answers.add(tokens.verify(hash(token), token));
        }
        int proven = 0;
        for (CompletableFuture<TokenVerdict> answer : answers) {
            TokenVerdict verdict = answer.get(20, TimeUnit.SECONDS);
            assertThat(verdict).isNotInstanceOf(TokenVerdict.Refused.class);
            proven += verdict instanceof TokenVerdict.Proven ? 1 : 0;
        }
        assertThat(proven).isBetween(1, 199);
        assertThat(tokens.waiting()).isZero();
    }

    @Test
    void lets500AskForTheSameTokenAndLooksOnce() throws Exception {
        Tokens tokens = tokens(10, 1, 1);
        String token = ISSUER.token("shop", "dashboard");
        List<CompletableFuture<TokenVerdict>> answers = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            TokenVerdict known = tokens.known(hash(token));
            answers.add(known == null ? tokens.verify(hash(token), token) : CompletableFuture.completedFuture(known));
        }
        for (CompletableFuture<TokenVerdict> answer : answers) {
            assertThat(answer.get(20, TimeUnit.SECONDS)).isInstanceOf(TokenVerdict.Proven.class);
        }
    }

    @Test
    void findsTheClientOfAnAccountAndNobodyElse() throws Exception {
        Regions regions = Regions.of(List.of(), 1024);
        ServiceConfig.Client client = new ServiceConfig.Client(
                "dashboard", new ServiceConfig.ServiceAccount("shop", "dashboard"), null, null, null, null, null);
        Tokens tokens = tokens(10, 10, 100);
        Access access = new Access(Clients.of(List.of(client), regions, RateLimits.NONE), tokens);
        Authenticator authenticator = new Authenticator();
        Caller caller = new Caller();
        String token = ISSUER.token("shop", "dashboard");
        Identity first = authenticator.identify(access, "Bearer " + token, caller, now());
        assertThat(first).isEqualTo(new Identity.Unverified(tokens, hash(token), token));
        caller.learn(access, tokens.verify(hash(token), token).get(20, TimeUnit.SECONDS));
        Identity known = authenticator.identify(access, "Bearer " + token, caller, now());
        assertThat(known).isInstanceOfSatisfying(Identity.Known.class, found -> assertThat(
                        found.client().name())
                .isEqualTo("dashboard"));
        assertThat(authenticator.identify(access, "Bearer " + token, caller, now()))
                .isSameAs(known);
        // What the connection proved is no proof for another header, another configuration, or another time.
        assertThat(authenticator.identify(access, "Bearer " + token.substring(1), caller, now()))
                .isEqualTo(new Identity.Unknown(Denial.UNKNOWN_KEY));
        now.updateAndGet(time -> time.plus(Duration.ofHours(2)));
        assertThat(authenticator.identify(access, "Bearer " + token, caller, now()))
                .isEqualTo(new Identity.Unknown(Denial.TOKEN_EXPIRED));
        Access nobody = new Access(Clients.of(List.of(), regions, RateLimits.NONE), tokens);
        now.updateAndGet(time -> time.minus(Duration.ofHours(2)));
        assertThat(authenticator.identify(nobody, "Bearer " + token, caller, now()))
                .isInstanceOf(Identity.Unknown.class);
        String other = ISSUER.token("shop", "other");
        tokens.verify(hash(other), other).get(20, TimeUnit.SECONDS);
        assertThat(authenticator.identify(access, "Bearer " + other, caller, now()))
                .isEqualTo(new Identity.Unknown(Denial.NOT_A_CLIENT));
        assertThat(authenticator.identify(access, "Bearer " + "x".repeat(5000), caller, now()))
                .isEqualTo(new Identity.Unknown(Denial.TOO_LONG));
        assertThat(authenticator.identify(access, "Bearer some.key.x", caller, now()))
                .isEqualTo(new Identity.Unknown(Denial.UNKNOWN_KEY));
        assertThat(authenticator.identify(access, null, caller, now()))
                .isEqualTo(new Identity.Unknown(Denial.NO_CREDENTIAL));
    }

    @Test
    void saysWhatIsWrongWithTheFileOfKeys() throws Exception {
        Path file = directory.resolve("jwks.json");
        assertThatThrownBy(() -> Tokens.of(settings(file, 1, 1, 1), now::get, counts))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("cannot be read");
        Files.writeString(file, "<html>");
        assertThatThrownBy(() -> Tokens.of(settings(file, 1, 1, 1), now::get, counts))
                .hasMessageContaining("is not a JSON Web Key Set; make it with: kubectl get --raw /openid/v1/jwks");
    }

    private Tokens tokens(int cache, int queue, int perSecond) throws Exception {
        Path file = Files.writeString(directory.resolve("keys.json"), TokenIssuer.jwks(ISSUER));
        InstantSource clock = now::get;
        return Tokens.of(settings(file, cache, queue, perSecond), clock, counts);
    }

    private static ServiceConfig.Tokens settings(Path file, int cache, int queue, int perSecond) {
        return new ServiceConfig.Tokens(
                TokenIssuer.ISSUER,
                List.of(TokenIssuer.AUDIENCE),
                file,
                Duration.ofSeconds(10),
                cache,
                queue,
                perSecond);
    }

    private long now() {
        return now.get().toEpochMilli();
    }

    private static KeyHash hash(String token) throws Exception {
        return KeyHash.of(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    }
}
