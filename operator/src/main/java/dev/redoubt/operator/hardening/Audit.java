package dev.redoubt.operator.hardening;

import dev.redoubt.operator.acl.ServerUser;
import dev.redoubt.operator.redisconf.RedisConf;
import dev.redoubt.operator.server.ServerFacts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one look at a running server found, and what would put it right.
 *
 * @param expected what it was held to
 * @param parameters to set, with their right values
 * @param users to make anew
 * @param unknownUsers to remove
 * @param events what the pod's Events say, so that they can be searched for secrets
 */
public record Audit(
        Expected expected,
        List<Finding> findings,
        SortedMap<String, String> parameters,
        List<ServerUser> users,
        SortedSet<String> unknownUsers,
        String events) {

    public Audit {
        findings = List.copyOf(findings);
        parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
        users = List.copyOf(users);
        unknownUsers = Collections.unmodifiableSortedSet(new TreeSet<>(unknownUsers));
    }

    static Audit of(Expected expected, ServerFacts facts, List<Finding> further, String events) {
        var findings = new ArrayList<>(ServerControls.judge(expected, facts));
        findings.addAll(further);
        return new Audit(
                expected,
                findings,
                RedisConf.repairs(facts.parameters()),
                ServerControls.wrongUsers(expected, facts),
                ServerControls.unknownUsers(expected, facts),
                events);
    }

    /** Nothing could be found out; {@code why} ends in a full stop. */
    static Audit failed(Expected expected, String why) {
        return new Audit(expected, unknown(why), new TreeMap<>(), List.of(), new TreeSet<>(), "");
    }

    /** Of every control that a server answers for, that it could not be probed. */
    public static List<Finding> unknown(String why) {
        return ServerControls.controls().stream()
                .sorted()
                .map(control -> Finding.unknown(control, why))
                .toList();
    }

    /** Whether there is something to put right on the server. */
    public boolean needsRepair() {
        return !(parameters.isEmpty() && users.isEmpty() && unknownUsers.isEmpty());
    }

    @Override
    public String toString() {
        return "Audit[" + findings + "]";
    }
}
