package dev.redoubt.cache.hot;

import dev.redoubt.cache.problem.Problem;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.AsciiString;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The names that requests have in answers and logs: the one that the client gave, else one of our own. Used on one event loop only.
 *
 * <p>Our own are made only where somebody will look for them, for a refusal and for a line of the access log: a hit that nobody has named, and that is
 * written down nowhere, has nothing to be found by. They are unlike each other, and no secret, so they are not drawn from the system's randomness.
 */
public final class RequestIds {

    /** The header field, in requests and in answers. */
    public static final AsciiString HEADER = AsciiString.cached(Problem.REQUEST_ID_HEADER.toLowerCase(Locale.ROOT));

    /** A longer name is not taken over. */
    static final int LONGEST = 128;

    /** By character: proxies name every request, so this is asked for each of them. */
    private static final boolean[] SAFE = safe();

    private final SplittableRandom random = new SplittableRandom(new SecureRandom().nextLong());

    /** The name that the client gave; null when it gave none, or one that is too long or has other characters than A-Z a-z 0-9 and {@code -._~:/+=}. */
    static @Nullable String given(HttpRequest request) {
        String name = request.headers().get(HEADER);
        return name == null || isWellFormed(name) ? name : null;
    }

    /** A name that no other request has: 16 hexadecimal digits. */
    String next() {
        return HexFormat.of().toHexDigits(random.nextLong());
    }

    /** What is safe in a header, in JSON and on a terminal. */
    private static boolean isWellFormed(String name) {
        if (name.isEmpty() || name.length() > LONGEST) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= SAFE.length || !SAFE[c]) {
                return false;
            }
        }
        return true;
    }

    private static boolean[] safe() {
        boolean[] safe = new boolean[128];
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/+="
                .chars()
                .forEach(c -> safe[c] = true);
        return safe;
    }
}
