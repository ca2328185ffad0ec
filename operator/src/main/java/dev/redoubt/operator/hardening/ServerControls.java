package dev.redoubt.operator.hardening;

import dev.redoubt.operator.acl.AclUser;
import dev.redoubt.operator.acl.ServerUser;
import dev.redoubt.operator.acl.ServerUser.Login;
import dev.redoubt.operator.redisconf.RedisConf;
import dev.redoubt.operator.server.Questions;
import dev.redoubt.operator.server.Questions.Trial;
import dev.redoubt.operator.server.ServerFacts;
import dev.redoubt.operator.server.UserRights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The controls that a running server answers for: what it is asked, and what its answers mean. */
public final class ServerControls {
    /** The controls that are judged here, by the parameters that belong to each. */
    private static final Map<Control, Set<String>> PARAMETERS = Map.of(
            Control.ENCRYPTED_TRANSPORT, Set.of("port", "tls-protocols", "tls-auth-clients", "tls-replication"),
            Control.DANGEROUS_CONFIG_LOCKED,
                    Set.of(
                            "protected-mode",
                            "enable-debug-command",
                            "enable-module-command",
                            "enable-protected-configs",
                            "acl-pubsub-default"),
            Control.DURABLE_WRITES, Set.of("stop-writes-on-bgsave-error", "appendonly", "appendfsync", "save"),
            Control.MEMORY_BOUNDED,
                    Set.of("maxmemory", "maxmemory-policy", "maxmemory-clients", "client-output-buffer-limit"));

    /** What none of the users but the operator's may do, and the operator only the first. */
    private static final List<List<String>> DANGEROUS = List.of(
            List.of("CONFIG", "SET", "maxmemory", "1"),
            List.of("ACL", "SETUSER", "app", "+@all"),
            List.of("DEBUG", "SLEEP", "0"),
            List.of("MODULE", "LOAD", "/tmp/module.so"),
            List.of("SHUTDOWN", "NOSAVE"),
            List.of("FLUSHALL"),
            List.of("KEYS", "*"),
            List.of("MONITOR"),
            List.of("REPLICAOF", "NO", "ONE"),
            List.of("SAVE"),
            List.of("SWAPDB", "0", "1"),
            List.of("CLIENT", "KILL", "ID", "1"));

    /** The rights of the operator's own user: it configures, and manages users and its connections. */
    private static final Set<String> OF_THE_OPERATOR = Set.of("CONFIG", "ACL", "CLIENT");

    private static final int MAX_SHOWN = 80;

    private ServerControls() {}

    /** What has to be asked. */
    public static Questions questions(Expected expected) {
        var parameters =
                PARAMETERS.values().stream().flatMap(Set::stream).sorted().toList();
        var rules = expected.users().stream().collect(Collectors.toMap(ServerUser::name, ServerUser::rules));
        return new Questions(parameters, rules, trials(expected));
    }

    private static List<Trial> trials(Expected expected) {
        return expected.users().stream()
                .filter(ServerUser::isOn)
                .flatMap(user -> DANGEROUS.stream()
                        .filter(command -> !isOperator(user) || !OF_THE_OPERATOR.contains(command.getFirst()))
                        .map(command -> new Trial(user.name(), command)))
                .toList();
    }

    private static boolean isOperator(ServerUser user) {
        return user.name().equals(AclUser.OPERATOR.userName());
    }

    /** The control that guards {@code parameter}. */
    public static Optional<Control> guardOf(String parameter) {
        return PARAMETERS.entrySet().stream()
                .filter(entry -> entry.getValue().contains(parameter))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** What {@code facts} say of a server that has to be as {@code expected}: a finding for each control that is judged here. */
    public static List<Finding> judge(Expected expected, ServerFacts facts) {
        return List.of(
                authRequired(expected, facts),
                leastPrivilege(expected, facts),
                encryptedTransport(expected, facts),
                dangerousConfigLocked(facts),
                durableWrites(expected, facts),
                memoryBounded(expected, facts),
                pinnedImage(expected, facts),
                freshCertificates(expected, facts),
                freshCredentials(expected, facts));
    }

    /** Those that {@link #judge} judges. */
    public static Set<Control> controls() {
        return Set.of(
                Control.AUTH_REQUIRED,
                Control.LEAST_PRIVILEGE,
                Control.ENCRYPTED_TRANSPORT,
                Control.DANGEROUS_CONFIG_LOCKED,
                Control.DURABLE_WRITES,
                Control.MEMORY_BOUNDED,
                Control.PINNED_IMAGE,
                Control.FRESH_CERTIFICATES,
                Control.FRESH_CREDENTIALS);
    }

    private static Finding authRequired(Expected expected, ServerFacts facts) {
        var complaints = new ArrayList<String>();
        // A server that is being ended answers nobody any more, and shows nothing by that.
        var answered = !facts.stranger().ping().isEmpty();
        if (answered && !facts.stranger().ping().startsWith("-NOAUTH")) {
            complaints.add("PING without a password is answered with "
                    + shown(facts.stranger().ping()));
        }
        // In protected mode a server cuts off whoever is no neighbour, as soon as its default user needs no password.
        var cut = facts.stranger().defaultLogin().isEmpty();
        if (!cut && !facts.stranger().defaultLogin().startsWith("-WRONGPASS")) {
            complaints.add("logging in as default is answered with "
                    + shown(facts.stranger().defaultLogin()));
        }
        expected.users().forEach(user -> {
            var rights = facts.users().get(user.name());
            if (rights != null && user.login() == Login.PASSWORD && rights.noPassword()) {
                complaints.add("user " + user.name() + " needs no password");
            }
            if (rights != null && !user.isOn() && rights.on()) {
                complaints.add("user " + user.name() + " is on");
            }
        });
        unknownUsers(expected, facts)
                .forEach(user -> complaints.add("there is a user " + user + " that nobody specified"));
        if (!answered && complaints.isEmpty()) {
            return Finding.unknown(
                    Control.AUTH_REQUIRED,
                    "The server ended a connection without a password before it answered; the next look asks again.");
        }
        return Finding.of(
                Control.AUTH_REQUIRED,
                complaints,
                "PING without a password is refused; default cannot log in; " + expected.withPassword()
                        + " users log in with a password.");
    }

    /** Users of the server that the operator has not made. */
    public static SortedSet<String> unknownUsers(Expected expected, ServerFacts facts) {
        var unknown = new TreeSet<>(facts.users().keySet());
        expected.users().stream().map(ServerUser::name).forEach(unknown::remove);
        return unknown;
    }

    private static Finding leastPrivilege(Expected expected, ServerFacts facts) {
        var complaints = new ArrayList<String>();
        expected.users().forEach(user -> {
            var rights = facts.users().get(user.name());
            if (rights == null) {
                complaints.add("user " + user.name() + " is missing");
            } else if (!hasItsRights(user, rights, facts)) {
                complaints.add("user " + user.name() + " has other rights: " + rights(rights));
            }
        });
        facts.allowed().stream()
                .map(Trial::toString)
                .sorted()
                .forEach(trial -> complaints.add("the server would let " + trial.replace(": ", " run ")));
        if (!facts.ownDenial().startsWith("NOPERM")) {
            complaints.add("reading a key as user operator is answered with " + shown(facts.ownDenial()));
        }
        return Finding.of(
                Control.LEAST_PRIVILEGE,
                complaints,
                "Each of " + expected.users().size() + " users has its rights and no others; "
                        + trials(expected).size()
                        + " dangerous commands would be refused; a read of the operator was.");
    }

    private static boolean hasItsRights(ServerUser user, UserRights rights, ServerFacts facts) {
        var reference = facts.references().get(user.name());
        return reference != null
                && rights.commands().equals(reference.commands())
                && rights.keys().equals(reference.keys())
                && rights.channels().equals(reference.channels())
                && rights.selectors() == 0;
    }

    private static String rights(UserRights rights) {
        return Stream.of(rights.keys(), rights.channels(), rights.commands())
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(" "));
    }

    private static Finding encryptedTransport(Expected expected, ServerFacts facts) {
        var complaints = wrong(Control.ENCRYPTED_TRANSPORT, RedisConf.guarded(), facts);
        complaints.addAll(wrong(Control.ENCRYPTED_TRANSPORT, expected.live().values(), facts));
        var required = expected.live().requiresClientCertificates();
        if (required && facts.stranger().withoutCertificate()) {
            complaints.add("a client without a certificate is let in");
        }
        if (!facts.stranger().plainText().isEmpty()) {
            complaints.add("a connection without TLS is answered with "
                    + shown(facts.stranger().plainText()));
        }
        if (facts.stranger().oldTls()) {
            complaints.add("a client that offers TLS 1.1 is accepted");
        }
        return Finding.of(
                Control.ENCRYPTED_TRANSPORT,
                complaints,
                "The plain port is off; plain text and TLS 1.1 are refused; the certificate is the one of its authority"
                        + (required ? "; a client without a certificate is refused." : "."));
    }

    private static Finding dangerousConfigLocked(ServerFacts facts) {
        return Finding.of(
                Control.DANGEROUS_CONFIG_LOCKED,
                wrong(Control.DANGEROUS_CONFIG_LOCKED, RedisConf.guarded(), facts),
                "DEBUG, MODULE and protected parameters are locked; protected mode is on.");
    }

    private static Finding durableWrites(Expected expected, ServerFacts facts) {
        var control = Control.DURABLE_WRITES;
        var complaints = wrong(control, RedisConf.guarded(), facts);
        complaints.addAll(wrong(control, expected.live().values(), facts));
        complaints.addAll(notOk("aof_last_write_status", "the last write to the append-only file failed", facts));
        complaints.addAll(notOk("aof_last_bgrewrite_status", "the last rewrite of the append-only file failed", facts));
        complaints.addAll(notOk("rdb_last_bgsave_status", "the last snapshot failed", facts));
        var appendOnly = "yes".equals(expected.live().values().get("appendonly"));
        if (complaints.isEmpty() && !appendOnly) {
            return Finding.waived(control, "spec.persistence.appendOnly is false: a crash loses what was written.");
        }
        return Finding.of(
                control,
                complaints,
                "The append-only file is on, fsync " + expected.live().values().get("appendfsync")
                        + "; its last write and rewrite succeeded; writes stop when persistence fails.");
    }

    private static List<String> notOk(String field, String complaint, ServerFacts facts) {
        return "ok".equals(facts.persistence().getOrDefault(field, "ok")) ? List.of() : List.of(complaint);
    }

    private static Finding memoryBounded(Expected expected, ServerFacts facts) {
        var complaints = wrong(Control.MEMORY_BOUNDED, RedisConf.guarded(), facts);
        complaints.addAll(wrong(Control.MEMORY_BOUNDED, expected.live().values(), facts));
        return Finding.of(
                Control.MEMORY_BOUNDED,
                complaints,
                "maxmemory is " + expected.live().maxMemory() + " bytes, policy "
                        + expected.live().values().get("maxmemory-policy")
                        + "; clients may use a tenth of it; the container has room for a fork.");
    }

    /** The version is in the image's tag; a digest, or a tag of another scheme, says nothing about it. */
    private static Finding pinnedImage(Expected expected, ServerFacts facts) {
        var running = "runs version " + facts.version() + ".";
        var tag = tag(expected.image());
        if (tag.matches("\\d+(\\.\\d+)*") && !(facts.version() + ".").startsWith(tag + ".")) {
            return Finding.failed(Control.PINNED_IMAGE, "Image " + expected.image() + " " + running);
        }
        return Finding.enforced(Control.PINNED_IMAGE, "Image " + expected.image() + " " + running);
    }

    /** Empty for a digest. */
    private static String tag(String image) {
        var name = image.substring(image.lastIndexOf('/') + 1);
        return name.contains("@") || !name.contains(":") ? "" : name.substring(name.indexOf(':') + 1);
    }

    private static Finding freshCertificates(Expected expected, ServerFacts facts) {
        var served = facts.stranger().serial();
        return served.equals(expected.serial())
                ? Finding.enforced(
                        Control.FRESH_CERTIFICATES,
                        "The server presents the certificate that was issued last, serial " + served + ".")
                : Finding.failed(
                        Control.FRESH_CERTIFICATES,
                        "The server presents serial " + served + "; the certificate that was issued last has "
                                + expected.serial() + ".");
    }

    private static Finding freshCredentials(Expected expected, ServerFacts facts) {
        var complaints = new ArrayList<String>();
        expected.users().stream().filter(user -> user.login() == Login.PASSWORD).forEach(user -> {
            var known = Optional.ofNullable(facts.users().get(user.name()))
                    .map(UserRights::passwords)
                    .orElse(Set.of());
            if (!known.containsAll(user.hashes())) {
                complaints.add("user " + user.name() + " does not know its password");
            }
            if (!user.hashes().containsAll(known)) {
                complaints.add("user " + user.name() + " has a password that is in no Secret");
            }
        });
        return Finding.of(
                Control.FRESH_CREDENTIALS,
                complaints,
                "Each of " + expected.withPassword() + " users has the passwords in its Secret, and no other.");
    }

    /** The users whose passwords or rights are not as they have to be, so that they can be made anew. */
    public static List<ServerUser> wrongUsers(Expected expected, ServerFacts facts) {
        return expected.users().stream()
                .filter(user -> {
                    var rights = facts.users().get(user.name());
                    return rights == null || !rights.logsInAs(user) || !hasItsRights(user, rights, facts);
                })
                .toList();
    }

    /** The parameters of {@code control} in {@code right} that the server has otherwise. */
    private static List<String> wrong(Control control, Map<String, String> right, ServerFacts facts) {
        return right.entrySet().stream()
                .filter(entry -> PARAMETERS.getOrDefault(control, Set.of()).contains(entry.getKey()))
                .filter(entry -> !entry.getValue().equals(facts.parameters().get(entry.getKey())))
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> "%s is %s instead of %s"
                        .formatted(
                                entry.getKey(),
                                shown(facts.parameters().getOrDefault(entry.getKey(), "unknown")),
                                shown(entry.getValue())))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    /** The first words of an answer tell what it is. */
    private static String shown(String value) {
        var head = value.length() <= MAX_SHOWN ? value : value.substring(0, MAX_SHOWN) + "…";
        return value.isEmpty() ? "nothing" : "'" + head + "'";
    }
}
