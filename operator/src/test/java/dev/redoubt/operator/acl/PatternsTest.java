package dev.redoubt.operator.acl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PatternsTest {
    @ParameterizedTest
    @CsvSource({
        "orders:*, orders:*",
        "orders:*, orders:eu:*",
        "orders:*, orders:1",
        "orders:*, o*",
        "orders, orders*",
        "orders, orders",
        "a*b, ab",
        "a*b, a*c*b",
        "a*c, ab*",
        "user:*:cart, user:1:*",
        "user:*:cart, user:*:1:cart",
        "r*:cart, redoubt:*",
        "redoub*, redoubt:*",
        "redoubt:c, redoubt:*",
        "a**, a*",
    })
    void overlap(String one, String other) {
        assertThat(Patterns.overlap(one, other)).isTrue();
        assertThat(Patterns.overlap(other, one)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "orders:*, order:*",
        "orders:*, orders",
        "orders:*, carts:*",
        "a*b, a*c",
        "a*b, a",
        "user:*:cart, user:*:order",
        "user:*:cart, user:cart",
        "redoubts:*, redoubt:*",
        "redoubt, redoubt:*",
        "redou:*, redoubt:*",
    })
    void doNotOverlap(String one, String other) {
        assertThat(Patterns.overlap(one, other)).isFalse();
        assertThat(Patterns.overlap(other, one)).isFalse();
    }

    /** Each would mean something else to Redis, or to whoever reads the ACL file. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "*:orders",
                "a b",
                "a?b",
                "[a-z]",
                "a\\b",
                "a'b",
                "a\"b",
                "(~a",
                "a)",
                "a\nuser evil",
                "a\tb",
                "ä",
                "",
                "%R~a",
                "~a",
                "&a",
                "a,b"
            })
    void areNone(String pattern) {
        assertThat(Patterns.isValid(pattern)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"orders:*", "orders", "user:*:cart", "{tag}:a/b#c@d+e-f_g.h"})
    void are(String pattern) {
        assertThat(Patterns.isValid(pattern)).isTrue();
    }
}
