package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RedisNamesTest {
    private static final RedisNames NAMES = new RedisNames("cache", "shop", "cluster.example");

    @Test
    void everyNameThatAnybodyMayDialIsInTheCertificate() {
        var names = NAMES.certificateNames(1);

        assertThat(names.addresses()).containsExactly("127.0.0.1");
        assertThat(names.dns())
                .containsExactlyInAnyOrder(
                        "localhost",
                        "cache-redis",
                        "cache-redis.shop",
                        "cache-redis.shop.svc",
                        "cache-redis.shop.svc.cluster.example",
                        "cache-redis-0.cache-redis-nodes",
                        "cache-redis-0.cache-redis-nodes.shop",
                        "cache-redis-0.cache-redis-nodes.shop.svc",
                        "cache-redis-0.cache-redis-nodes.shop.svc.cluster.example")
                .contains(NAMES.host(), NAMES.podHost(0));
    }

    /** 63 characters is what a label, and so a pod's host name, may have. */
    @Test
    void theLongestNameStillFits() {
        var longest = new RedisNames("r".repeat(40), "shop", "cluster.local");

        assertThat(longest.serviceBindingSecret()).hasSizeLessThanOrEqualTo(63);
        assertThat(longest.claim(0)).hasSizeLessThanOrEqualTo(63);
        assertThat(longest.exporter()).hasSizeLessThanOrEqualTo(63);
        // The controller adds a hash of ten to the name of the set, as the value of a pod's label.
        assertThat(longest.base() + "-0123456789").hasSizeLessThanOrEqualTo(63);
    }
}
