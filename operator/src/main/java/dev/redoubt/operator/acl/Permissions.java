package dev.redoubt.operator.acl;

import dev.redoubt.api.v1alpha1.CommandCategory;
import dev.redoubt.api.v1alpha1.KeyAccess;
import dev.redoubt.api.v1alpha1.KeyPattern;
import dev.redoubt.api.v1alpha1.RedisUserSpec;
import dev.redoubt.api.v1alpha1.UserCommands;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The rights of a RedisUser, in the words of an ACL file. What must never be granted is taken away at the end, whatever stands before
 * it; and what the schema refuses is refused here again, because a cluster may have another schema than this version of the operator.
 */
public final class Permissions {
    /** Where the cache service keeps its data. */
    private static final String OF_THE_SERVICE = "redoubt:*";

    /** Where the server tells, by default to nobody, of the keys of everybody. */
    private static final String OF_THE_SERVER = "_*";

    /** What every user needs to be connected at all: PING, SELECT, CLIENT SETNAME and the like. */
    private static final String CONNECTED = "+@connection";

    /** Not the category: SCRIPT FLUSH, FUNCTION LOAD and the like change what others run. */
    private static final List<String> SCRIPTING = List.of(
            "+eval", "+eval_ro", "+evalsha", "+evalsha_ro", "+fcall", "+fcall_ro", "+script|exists", "+script|load");

    /** Not the category: PUBSUB CHANNELS tells of the channels of others. */
    private static final List<String> PUBSUB = List.of(
            "+publish",
            "+subscribe",
            "+psubscribe",
            "+unsubscribe",
            "+punsubscribe",
            "+spublish",
            "+ssubscribe",
            "+sunsubscribe",
            "+pubsub|numsub",
            "+pubsub|numpat",
            "+pubsub|shardnumsub");

    /** The one dangerous command that tells nothing of others: client libraries read the version with it. */
    private static final String INFO = "info";

    /**
     * Not for anybody of this kind, and in none of the two categories above: commands that tell of the keys and channels of others, which no
     * pattern confines, and those that change what others run, or have a server run what others wrote.
     */
    private static final List<String> WITHHELD = List.of(
            "-scan",
            "-randomkey",
            "-function",
            "-script|debug",
            "-script|flush",
            "-script|kill",
            "-client|tracking",
            "-client|caching",
            "-pubsub|channels",
            "-pubsub|shardchannels");

    private Permissions() {}

    /** What is wrong with the name or the specification of a user, in words that say what to write instead. */
    public static Optional<String> complaint(String name, RedisUserSpec spec) {
        return Stream.of(reserved(name), commands(spec.commands()), keys(spec.keys()), channels(spec.channels()))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> reserved(String name) {
        var builtIn = Arrays.stream(AclUser.values()).map(AclUser::userName).anyMatch(name::equals);
        return builtIn || name.startsWith("redoubt")
                ? Optional.of(
                        "metadata.name: \"%s\" is a user that every Redis has, or may have. Delete this RedisUser, and create one of another name."
                                .formatted(name))
                : Optional.empty();
    }

    private static Optional<String> commands(UserCommands commands) {
        var refused = commands.allow().stream()
                .filter(command -> !CommandCatalogue.mayBeGranted(command))
                .findFirst()
                .map(command -> "spec.commands.allow: " + whyNot(command));
        return refused.or(() -> commands.deny().stream()
                .filter(command -> !CommandCatalogue.knows(command))
                .findFirst()
                .map(command -> "spec.commands.deny: " + whyNot(command)));
    }

    private static String whyNot(String command) {
        return CommandCatalogue.knows(command)
                ? ("\"%s\" is not for users of this kind: it administers or endangers the server, or tells of what belongs to others."
                                + " Leave it out.")
                        .formatted(command)
                : ("Redis 7.0 does not know \"%s\", and a server does not start with a word that it does not know. Correct it; a newer"
                                + " command comes with its category.")
                        .formatted(command);
    }

    private static Optional<String> keys(List<KeyPattern> keys) {
        return keys.stream()
                .flatMap(key -> key.access() == null
                        ? Stream.of(
                                "spec.keys: this version of the operator does not know the access of \"%s\". Write ReadWrite, ReadOnly or WriteOnly."
                                        .formatted(key.pattern()))
                        : pattern("spec.keys", key.pattern(), "keys").stream())
                .findFirst();
    }

    private static Optional<String> channels(List<String> channels) {
        return channels.stream()
                .flatMap(channel -> Patterns.isValid(channel) && Patterns.overlap(channel, OF_THE_SERVER)
                        ? Stream.of(
                                ("spec.channels: \"%s\" is among the channels on which the server itself tells of the keys of everybody."
                                                + " Begin with another character than _.")
                                        .formatted(channel))
                        : pattern("spec.channels", channel, "channels").stream())
                .findFirst();
    }

    private static Optional<String> pattern(String field, String pattern, String what) {
        if (!Patterns.isValid(pattern)) {
            return Optional.of(
                    "%s: \"%s\" is no pattern. Begin with a prefix, and use letters, digits, any of _ . : / { } @ # + - and * for any text, such as orders:*."
                            .formatted(field, pattern));
        }
        return Patterns.overlap(pattern, OF_THE_SERVICE)
                ? Optional.of(
                        "%s: \"%s\" reaches redoubt:*, the %s of the cache service. Write a longer or another prefix, such as orders:*."
                                .formatted(field, pattern, what))
                : Optional.empty();
    }

    /**
     * The rules for {@code spec}, of which nothing may be complained. The order of its lists makes no difference; the server
     * is told no word that Redis 7.0 does not know.
     */
    public static String rules(RedisUserSpec spec) {
        var commands = spec.commands();
        return Stream.of(
                        Stream.of("resetkeys"),
                        spec.keys().stream().map(Permissions::key).sorted(),
                        Stream.of("resetchannels"),
                        spec.channels().stream().distinct().sorted().map(channel -> "&" + channel),
                        Stream.of("-@all", CONNECTED),
                        commands.categories().stream()
                                .distinct()
                                .sorted()
                                .map(Permissions::category)
                                .flatMap(Collection::stream),
                        commands.allow().stream().distinct().sorted().map(command -> "+" + command),
                        Stream.of("-@admin", "-@dangerous"),
                        commands.allow().contains(INFO) ? Stream.of("+" + INFO) : Stream.<String>of(),
                        WITHHELD.stream(),
                        commands.deny().stream().distinct().sorted().map(command -> "-" + command))
                .flatMap(words -> words)
                .collect(Collectors.joining(" "));
    }

    private static String key(KeyPattern key) {
        return switch (key.access()) {
            case READ_WRITE -> "~" + key.pattern();
            case READ_ONLY -> "%R~" + key.pattern();
            case WRITE_ONLY -> "%W~" + key.pattern();
            case null -> throw new IllegalArgumentException("No access for " + key.pattern());
        };
    }

    /** The patterns of keys in {@code rules}, which are written as {@link #rules} does. */
    static Stream<KeyPattern> keys(String rules) {
        return Stream.of(rules.split(" "))
                .filter(word -> word.startsWith("~") || word.startsWith("%"))
                .map(word -> new KeyPattern(word.substring(word.indexOf('~') + 1), KeyAccess.READ_WRITE, false));
    }

    private static List<String> category(CommandCategory category) {
        return switch (category) {
            case SCRIPTING -> SCRIPTING;
            case PUBSUB -> PUBSUB;
            default -> List.of("+@" + category.value());
        };
    }
}
