package dev.redoubt.operator.acl;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The ACL file of a server: a line per user, passwords only as SHA-256. */
public final class AclFile {
    private static final Pattern LINE = Pattern.compile(
            "user (?<name>\\S+) on sanitize-payload (?<hashes>#[0-9a-f]{64}(?: #[0-9a-f]{64})*) (?<rules>.+)");

    private AclFile() {}

    /** The users with a password that {@code text} declares, by name; a line that this operator would not write so is left out. */
    public static Map<String, ServerUser> withPasswords(String text) {
        var users = new TreeMap<String, ServerUser>();
        text.lines().map(LINE::matcher).filter(Matcher::matches).forEach(line -> {
            var hashes = List.of(line.group("hashes").substring(1).split(" #"));
            users.put(line.group("name"), ServerUser.withPasswords(line.group("name"), hashes, line.group("rules")));
        });
        return users;
    }

    /** The file's text for {@code users}, one line each in their order, ending in a newline. */
    public static String render(List<ServerUser> users) {
        return users.stream()
                .map(user -> "user " + user.name() + " " + user.definition() + "\n")
                .collect(Collectors.joining());
    }
}
