package dev.redoubt.cache.access;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a connection, as far as it is known. A client sends the same Authorization header with every request: the one
 * that was proven last is compared, which costs a tenth of hashing it, as a token has a thousand characters.
 *
 * <p>The comparison takes the same time wherever two headers differ. Used on one event loop only.
 */
public final class Caller {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private byte[] header = {};
    private @Nullable Access provenUnder;
    private Identity.@Nullable Known identity;
    private long until;

    private @Nullable Client asking;

    private @Nullable Access learntUnder;
    private @Nullable TokenVerdict verdict;

    /** Whose request is at hand; null = nobody's who is known. */
    public void asks(@Nullable Client client) {
        asking = client;
    }

    /** Who has sent the request at hand, or null. */
    public @Nullable Client asking() {
        return asking;
    }

    /** A token that this caller's request waited for was looked at. */
    public void learn(Access access, TokenVerdict learnt) {
        learntUnder = access;
        verdict = learnt;
    }

    /** What was learnt about the token of the request at hand; once, and only while the configuration is the same. */
    @Nullable
    TokenVerdict takeVerdict(Access access) {
        TokenVerdict learnt = learntUnder == access ? verdict : null;
        verdict = null;
        return learnt;
    }

    /** Who it was that sent this header last, if it still proves that. */
    Identity.@Nullable Known recall(Access access, byte[] given, long now) {
        return provenUnder == access && now < until && same(header, given) ? identity : null;
    }

    void remember(Access access, byte[] given, Identity.Known proven, long expiresAt) {
        provenUnder = access;
        header = given;
        identity = proven;
        until = expiresAt;
    }

    private static boolean same(byte[] a, byte[] b) {
        if (a.length != b.length) {
            return false;
        }
        long difference = 0;
        int at = 0;
        for (; at + Long.BYTES <= a.length; at += Long.BYTES) {
            difference |= (long) LONGS.get(a, at) ^ (long) LONGS.get(b, at);
        }
        for (; at < a.length; at++) {
            difference |= a[at] ^ b[at];
        }
        return difference == 0;
    }
}
