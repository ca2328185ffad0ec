package dev.redoubt.operator.certificates;

import static dev.redoubt.operator.certificates.CertificateIssuerTest.issued;
import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.operator.certificates.CertificateIssuer.Stored;
import dev.redoubt.operator.settings.OperatorSettings.Certificates;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** An authority and its successor over many passes, as Secrets lag, passes are missed, and the operator dies between two writes. */
class AuthorityRenewalTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);
    private static final Certificates SETTINGS =
            new Certificates(Duration.ofDays(80), Duration.ofDays(18), Duration.ofDays(3), Duration.ofDays(2));

    /** The Secrets of one resource, and what a client has mounted: every Secret reaches it a day late. */
    private static final class World {
        private Map<String, String> authority = Map.of();
        private Map<String, String> server = Map.of();
        private final List<String> bindings = new ArrayList<>(List.of("", ""));
        private Instant now = START;
        private final HashSet<String> authorities = new HashSet<>();

        ServerIdentity decide() {
            var published = new ArrayList<>(bindings);
            published.add(server.getOrDefault("ca.crt", ""));
            return issued(CertificateIssuerTest.ensure(
                    now, SETTINGS, new Wish.Own(), new Stored(authority, server, published)));
        }

        /** A pass that ends after {@code writes} of its four Secrets, in the order in which they are applied. */
        void pass(int writes) {
            var identity = decide();
            if (writes > 0) {
                authority = identity.authoritySecret();
                authorities.add(identity.authority().current().serial());
            }
            if (writes > 1) {
                server = identity.serverSecret();
            }
            for (var i = 2; i < writes; i++) {
                bindings.set(i - 2, identity.bundle());
            }
        }

        void isVerifiedBy(String bundle) {
            var pair = Pem.read(server.get("tls.crt"), server.get("tls.key")).orElseThrow();
            assertThat(GivenCertificate.isTrusted(pair, Pem.certificates(bundle).orElseThrow(), now))
                    .as("at %s, served %s", now, pair)
                    .isTrue();
        }
    }

    @Test
    void clientsThatLagADayVerifyTheServerOnEveryDay() {
        var world = new World();
        world.pass(4);
        var mounted = List.copyOf(world.bindings);
        for (var day = 0; day < 200; day++) {
            mounted.forEach(world::isVerifiedBy);
            mounted = List.copyOf(world.bindings);
            world.now = world.now.plus(DAY);
            world.pass(4);
            mounted.forEach(world::isVerifiedBy);
        }
        // One in 80 - 2 x 18 - 3 days, and three days of overlap.
        assertThat(world.authorities).hasSizeBetween(4, 6);
    }

    /** Any pass may end anywhere, and the operator may be away for a few days. */
    @Test
    void noCrashBetweenTwoWritesLosesAClient() {
        for (var seed : IntStream.range(0, 3).toArray()) {
            var random = new Random(seed);
            var world = new World();
            world.pass(4);
            var mounted = List.copyOf(world.bindings);
            for (var day = 0; day < 120; day++) {
                mounted.forEach(world::isVerifiedBy);
                mounted = List.copyOf(world.bindings);
                world.now = world.now.plus(DAY);
                if (random.nextInt(4) > 0) {
                    world.pass(random.nextInt(5));
                    mounted.forEach(world::isVerifiedBy);
                }
            }
            assertThat(world.authorities).hasSizeBetween(2, 4);
        }
    }

    @Test
    void itSignsOnlyOnceItWasSeenEverywhereForTheOverlap() {
        var world = new World();
        world.pass(4);
        var first = world.decide();
        world.now = START.plus(SETTINGS.authority())
                .minus(SETTINGS.server().multipliedBy(2))
                .minus(SETTINGS.overlap());

        // The last Secret is not written.
        world.pass(3);
        var next = world.decide().authority().next().orElseThrow();
        assertThat(world.bindings.getFirst()).contains(next.certificatePem());
        world.now = world.now.plus(SETTINGS.overlap()).plus(DAY);
        world.pass(3);
        assertThat(world.decide().authority().current().serial())
                .isEqualTo(first.authority().current().serial());

        world.pass(4);
        world.pass(4);
        var due = world.now.plus(SETTINGS.overlap());
        assertThat(world.decide().due()).isEqualTo(due);
        world.now = due.minusSeconds(1);
        assertThat(world.decide().authority().current().serial())
                .isEqualTo(first.authority().current().serial());
        world.now = due;
        var signed = world.decide();
        assertThat(signed.authority().current().serial()).isEqualTo(next.serial());
        assertThat(signed.authority().next()).isEmpty();
        assertThat(signed.bundle())
                .isEqualTo(next.certificatePem() + first.authority().current().certificatePem());
        assertThat(signed.server().certificate().getIssuerX500Principal())
                .isEqualTo(next.certificate().getSubjectX500Principal());
    }

    @Test
    void theOldOneIsForgottenOnceAllThatItSignedHasEnded() {
        var world = new World();
        world.pass(4);
        var old = world.decide().authority().current();
        while (world.decide().authority().current().serial().equals(old.serial())) {
            world.now = world.now.plus(DAY);
            world.pass(4);
        }
        var promoted = world.now;
        world.pass(4);
        while (world.decide().bundle().contains(old.certificatePem())) {
            world.now = world.now.plus(DAY);
            world.pass(4);
        }
        assertThat(Duration.between(promoted, world.now))
                .isBetween(
                        SETTINGS.overlap(),
                        SETTINGS.server().plus(SETTINGS.overlap()).plus(DAY));
        assertThat(world.authority).doesNotContainKey("next.crt");
    }

    /** Somebody deletes the CA Secret: clients know the old authority only, and the server's certificate is of that one. */
    @Test
    void aLostAuthorityIsReplacedWithoutLosingAClient() {
        var world = new World();
        world.pass(4);
        var mounted = world.bindings.getFirst();
        var served = world.server.get("tls.crt");
        world.now = world.now.plus(DAY);
        world.authority = Map.of();

        world.pass(4);
        assertThat(world.server).containsEntry("tls.crt", served);
        assertThat(world.bindings.getFirst()).contains(mounted);
        world.now = world.now.plus(DAY);
        world.pass(4);
        world.isVerifiedBy(mounted);
        world.now = world.now.plus(SETTINGS.overlap());
        world.pass(4);
        assertThat(world.server.get("tls.crt")).isNotEqualTo(served);
    }

    /** As an earlier version has stored it. */
    @Test
    void whatHasNoRecordOfItsPublicationWasPublishedLongAgo() {
        var world = new World();
        world.pass(4);
        var before = world.authority;
        var without = new HashMap<>(before);
        without.remove("trust.json");
        world.authority = without;
        var served = world.server;

        world.now = world.now.plus(DAY);
        world.pass(4);

        assertThat(world.server).isEqualTo(served);
        assertThat(world.authority).containsEntry("ca.crt", before.get("ca.crt"));
    }

    @Test
    void eachStepIsNewsOnce() {
        var world = new World();
        var news = new ArrayList<String>();
        for (var day = 0; day < 80; day++) {
            news.addAll(AuthorityNews.of(world.authority, world.decide()));
            world.pass(4);
            world.now = world.now.plus(DAY);
        }
        assertThat(news).hasSize(3);
        assertThat(news.get(0)).contains("beside the old one");
        assertThat(news.get(1)).contains("signed by the new authority");
        assertThat(news.get(2)).contains("no more");
    }
}
