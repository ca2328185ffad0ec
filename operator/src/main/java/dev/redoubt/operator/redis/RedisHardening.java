package dev.redoubt.operator.redis;

import dev.redoubt.api.v1alpha1.ControlState;
import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.acl.ServerUser;
import dev.redoubt.operator.events.EventReason;
import dev.redoubt.operator.events.EventRecorder;
import dev.redoubt.operator.hardening.Audit;
import dev.redoubt.operator.hardening.Auditor;
import dev.redoubt.operator.hardening.Control;
import dev.redoubt.operator.hardening.Expected;
import dev.redoubt.operator.hardening.Finding;
import dev.redoubt.operator.hardening.PodControls;
import dev.redoubt.operator.hardening.ServerControls;
import dev.redoubt.operator.server.RedisServers;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The hardening controls of one Redis: what the probes found, and putting right on the server what can be put right there. */
final class RedisHardening {
    private static final Finding DISRUPTION = new Finding(
            Control.DISRUPTION_SAFE,
            ControlState.NOT_APPLICABLE,
            "One server: a budget would only keep its node from being drained.");

    /** The control that an object of a kind is there for, first of all. */
    private static final Map<String, Control> GUARDED_BY = Map.of(
            "NetworkPolicy", Control.NETWORK_ISOLATED,
            "StatefulSet", Control.RESTRICTED_POD,
            "ServiceAccount", Control.RESTRICTED_POD,
            "ConfigMap", Control.DANGEROUS_CONFIG_LOCKED,
            "Secret", Control.FRESH_CREDENTIALS);

    private final Auditor auditor;
    private final RedisServers servers;
    private final EventRecorder events;

    RedisHardening(Auditor auditor, RedisServers servers, EventRecorder events) {
        this.auditor = auditor;
        this.servers = servers;
        this.events = events;
    }

    /** What was last seen of the server, if it was looked at since {@code model} is what it has to be. */
    Optional<Audit> audit(RedisModel model) {
        return auditor.latest(model.serverId(), expected(model));
    }

    static Expected expected(RedisModel model) {
        return new Expected(
                model.live(), model.users(), model.identity().server().serial(), model.image());
    }

    /** What {@code audit} and the objects say of each control. */
    static List<Finding> findings(RedisModel model, Pod pod, RedisWorld world, Optional<Audit> audit) {
        var findings = new ArrayList<Finding>();
        audit.ifPresent(seen -> findings.addAll(seen.findings()));
        findings.addAll(ofObjects(model, pod, world, audit.map(Audit::events).orElse("")));
        return findings;
    }

    /** The same for a server that does not answer. */
    static List<Finding> findingsOfSilent(RedisModel model, Pod pod, RedisWorld world) {
        var findings = new ArrayList<>(Audit.unknown("The server does not answer."));
        findings.addAll(ofObjects(model, pod, world, ""));
        return findings;
    }

    private static List<Finding> ofObjects(RedisModel model, Pod pod, RedisWorld world, String notes) {
        return Stream.of(
                        Stream.of(
                                PodControls.restrictedPod(pod, RedisStatefulSet.CONTAINER),
                                PodControls.secretsContained(texts(model, pod, world, notes), secrets(model)),
                                DISRUPTION),
                        PodControls.memoryLimit(pod, model.resources(), model.derivedLimit()).stream(),
                        PodControls.image(pod, model.image()).stream())
                .flatMap(found -> found)
                .toList();
    }

    private static Map<String, String> texts(RedisModel model, Pod pod, RedisWorld world, String notes) {
        var texts = new HashMap<String, String>();
        texts.put("Pod " + model.names().pod(0), Serialization.asJson(pod));
        world.statefulSet()
                .ifPresent(set -> texts.put("StatefulSet " + model.names().base(), Serialization.asJson(set)));
        world.configMap()
                .ifPresent(map -> texts.put("ConfigMap " + model.names().configMap(), Serialization.asJson(map)));
        texts.put("an Event", notes);
        return texts;
    }

    private static Map<String, String> secrets(RedisModel model) {
        var secrets = new HashMap<String, String>();
        var credentials = model.credentials();
        credentials
                .passwords()
                .forEach((user, password) -> secrets.put("the password of " + user.userName(), password.plain()));
        credentials
                .others()
                .forEach((user, password) -> secrets.put("the other password of " + user.userName(), password.plain()));
        model.specifiedUsers().forEach(user -> addPasswords(user, secrets));
        secrets.put("the server's private key", middle(model.identity().server().keyPem()));
        var authority = model.identity().authority();
        secrets.put("the authority's private key", middle(authority.current().keyPem()));
        authority.next().ifPresent(next -> secrets.put("the next authority's private key", middle(next.keyPem())));
        model.identity()
                .clients()
                .forEach((user, pair) -> secrets.put("the private key of client " + user, middle(pair.keyPem())));
        return secrets;
    }

    private static void addPasswords(SpecifiedUser user, Map<String, String> secrets) {
        var which = "the password";
        for (var password : user.passwords()) {
            secrets.put(which + " of RedisUser " + user.user().name(), password.plain());
            which = "the other password";
        }
    }

    /** The second line of a PEM text: the first is the same for every key, and lines may be joined otherwise elsewhere. */
    private static String middle(String pem) {
        return pem.lines().skip(1).findFirst().orElse(pem);
    }

    /**
     * Puts right on the server what somebody has changed there, and has it looked at again.
     *
     * @throws dev.redoubt.operator.server.ServerCommandException if the server refuses
     */
    void repair(Redis redis, RedisModel model, Audit audit) {
        if (!audit.needsRepair()) {
            return;
        }
        var id = model.serverId();
        if (!audit.parameters().isEmpty()) {
            servers.configure(id, audit.parameters());
            tell(redis, Control.DANGEROUS_CONFIG_LOCKED, audit.parameters());
        }
        for (var user : audit.users()) {
            servers.setUser(id, user.name(), user.definition());
        }
        if (!audit.users().isEmpty()) {
            var names = audit.users().stream().map(ServerUser::name).collect(Collectors.joining(", "));
            repaired(redis, Control.LEAST_PRIVILEGE, "Password and rights of " + names + " are set anew.");
        }
        for (var user : audit.unknownUsers()) {
            servers.deleteUser(id, user);
            repaired(redis, Control.AUTH_REQUIRED, "User " + user + ", whom nobody specified, is removed.");
        }
        auditor.again(id);
    }

    /** Tells that an object is as it has to be again; {@code written} says which, such as {@code Service cache-redis created}. */
    void putRight(Redis redis, String written) {
        var control = Optional.ofNullable(GUARDED_BY.get(written.substring(0, written.indexOf(' '))));
        events.record(
                redis,
                EventReason.DriftRepaired,
                control.map(guarded -> guarded + ": ").orElse("") + written
                        + ", because somebody else had changed or deleted it.");
        control.ifPresent(auditor::repaired);
    }

    private void tell(Redis redis, Control otherwise, Map<String, String> parameters) {
        parameters.forEach((parameter, value) -> repaired(
                redis,
                ServerControls.guardOf(parameter).orElse(otherwise),
                "Parameter " + parameter + " is set to '" + value + "' again."));
    }

    private void repaired(Redis redis, Control control, String what) {
        events.record(redis, EventReason.DriftRepaired, control + ": " + what);
        auditor.repaired(control);
    }
}
