package dev.redoubt.cache.redis;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Redis URLs as every client library knows them: {@code redis://} or, with TLS, {@code rediss://}, then
 * {@code [user][:password]@host[:port][/database]}; user and password percent-encoded.
 */
public final class RedisUrl {

    private static final Pattern FORM = Pattern.compile(
            "(?<scheme>rediss?)://(?:(?<user>[^:@/?#]*)(?::(?<password>[^@/?#]*))?@)?(?<host>\\[[0-9a-fA-F:.]+]|[^:/@?#\\[\\]]+)(?::(?<port>\\d{1,5}))?(?:/(?<database>\\d{0,5}))?");

    private RedisUrl() {}

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException saying what is wrong; the message holds nothing of the URL, which may have a password
     */
    public static RedisEndpoint parse(String url) {
        Matcher matcher = FORM.matcher(url.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(complaint(url.strip()));
        }
        String port = matcher.group("port");
        String database = matcher.group("database");
        String host = matcher.group("host");
        int portNumber = port == null ? 6379 : Integer.parseInt(port);
        if (portNumber < 1 || portNumber > 65_535) {
            throw new IllegalArgumentException("the port is out of bounds; write 1 to 65535");
        }
        return new RedisEndpoint(
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                portNumber,
                matcher.group("scheme").equals("rediss"),
                decoded("user", matcher.group("user")),
                decoded("password", matcher.group("password")),
                database == null || database.isEmpty() ? 0 : Integer.parseInt(database),
                null,
                null);
    }

    private static String complaint(String url) {
        if (!url.startsWith("redis://") && !url.startsWith("rediss://")) {
            return "the scheme is not redis:// or rediss://";
        }
        if (url.contains("?") || url.contains("#")) {
            return "it has a query or a fragment, which means nothing here; percent-encode ? as %3F and # as %23 in a password";
        }
        return "it is not of the form rediss://user:password@host:6379/0; percent-encode @ : / in user and password";
    }

    private static @Nullable String decoded(String what, @Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] in = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < in.length; i++) {
            if (in[i] != '%') {
                out.write(in[i]);
                continue;
            }
            int high = i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
            int low = i + 2 < in.length ? Character.digit(in[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                throw new IllegalArgumentException(
                        "the " + what + " has a % that two hex digits do not follow; write %25 for a %");
            }
            out.write(high << 4 | low);
            i += 2;
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
