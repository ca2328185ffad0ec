package dev.redoubt.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * What the operator may do, verb by verb, each with its reason. A verb that is missing fails an integration test, which runs as
 * this role; a verb that is too much fails here.
 */
class RbacTest {
    private static final Path DIRECTORY = Path.of("rbac");

    @Test
    void inTheNamespacesThatItWorksInItMayExactly() throws IOException {
        var role = Serialization.unmarshal(Files.readString(DIRECTORY.resolve("operator.yaml")), ClusterRole.class);

        assertThat(verbs(role.getRules())).isEqualTo(expected());
    }

    private static Map<String, Set<String>> expected() {
        var expected = new TreeMap<String, Set<String>>();
        // The wishes are read, never written: an operator that edits a spec fights whoever applied it.
        expected.put("redoubt.dev/redises", sorted("get", "list", "watch"));
        expected.put("redoubt.dev/cacheservices", sorted("get", "list", "watch"));
        expected.put("redoubt.dev/redisusers", sorted("get", "list", "watch"));
        expected.put("redoubt.dev/redisusers/status", sorted("get", "patch"));
        expected.put("redoubt.dev/redisusers/finalizers", sorted("update"));
        expected.put("redoubt.dev/redises/status", sorted("get", "patch"));
        expected.put("redoubt.dev/cacheservices/status", sorted("get", "patch"));
        // Needed for blockOwnerDeletion where OwnerReferencesPermissionEnforcement is on (as on OpenShift).
        expected.put("redoubt.dev/redises/finalizers", sorted("update"));
        expected.put("redoubt.dev/cacheservices/finalizers", sorted("update"));
        // Watched and applied. Not deleted: they go with their owner.
        expected.put("/configmaps", sorted("get", "list", "watch", "create", "patch"));
        // Deleted: the exporter of a Redis that wants none any more. No update, no deletecollection.
        expected.put("/serviceaccounts", sorted("get", "list", "watch", "create", "patch", "delete"));
        expected.put("/services", sorted("get", "list", "watch", "create", "patch", "delete"));
        expected.put("networking.k8s.io/networkpolicies", sorted("get", "list", "watch", "create", "patch", "delete"));
        expected.put("apps/deployments", sorted("get", "list", "watch", "create", "patch", "delete"));
        // Asked for in each pass and not watched: the cluster need not have the kinds.
        expected.put("monitoring.coreos.com/servicemonitors", sorted("get", "list", "create", "patch", "delete"));
        expected.put("monitoring.coreos.com/prometheusrules", sorted("get", "list", "create", "patch", "delete"));
        // The same for the one of cert-manager.
        expected.put("cert-manager.io/certificates", sorted("get", "list", "create", "patch", "delete"));
        // Deleted: likewise, and the Secret of a client that a CacheService no longer has.
        expected.put("/secrets", sorted("get", "list", "watch", "create", "patch", "delete"));
        // Deleted: to be made anew around its running pods with a larger claim template, which cannot change.
        expected.put("apps/statefulsets", sorted("get", "list", "watch", "create", "patch", "delete"));
        // Deleted: a service of one replica has no budget.
        expected.put("policy/poddisruptionbudgets", sorted("get", "list", "watch", "create", "patch", "delete"));
        // Deleted: a restart. Patched: an annotation makes the kubelet read a changed Secret at once. Not created.
        expected.put("/pods", sorted("get", "list", "watch", "patch", "delete"));
        expected.put("/pods/resize", sorted("patch"));
        // That the tail of an append-only file was cut off stands there and nowhere else (docs/adr/0041).
        expected.put("/pods/log", sorted("get"));
        // Patched: grown. Never deleted: that is the data.
        expected.put("/persistentvolumeclaims", sorted("get", "list", "watch", "patch"));
        expected.put("events.k8s.io/events", sorted("create"));
        // Listed: those of a server's pod are searched for secrets; those of a StatefulSet say what refuses its pod.
        expected.put("/events", sorted("list"));
        return expected;
    }

    @Test
    void inItsOwnNamespaceItHoldsTheLease() throws IOException {
        var role = Serialization.unmarshal(Files.readString(DIRECTORY.resolve("leader-election.yaml")), Role.class);

        assertThat(verbs(role.getRules()))
                .isEqualTo(Map.of("coordination.k8s.io/leases", sorted("get", "create", "update", "patch")));
    }

    @Test
    void noRuleIsOpenEnded() throws IOException {
        for (var file : files()) {
            assertThat(Files.readString(file)).as("%s", file).doesNotContain("\"*\"", "'*'", "[*]", "- *");
        }
    }

    /** Each of these would let whoever takes over the operator take over the cluster, or read what it need not. */
    @Test
    void noRuleReachesIntoProcessesRolesOrNodes() throws IOException {
        for (var file : files()) {
            assertThat(Files.readString(file))
                    .as("%s", file)
                    .doesNotContain(
                            "pods/exec",
                            "pods/attach",
                            "pods/portforward",
                            "pods/ephemeralcontainers",
                            "serviceaccounts/token",
                            "roles",
                            "rolebindings",
                            "nodes",
                            "impersonate",
                            "escalate",
                            "deletecollection");
        }
    }

    private static List<Path> files() {
        return Golden.names(DIRECTORY).stream().map(DIRECTORY::resolve).toList();
    }

    /** From {@code group/resource} to its verbs. */
    private static Map<String, Set<String>> verbs(List<PolicyRule> rules) {
        var verbs = new TreeMap<String, Set<String>>();
        for (var rule : rules) {
            for (var group : rule.getApiGroups()) {
                for (var resource : rule.getResources()) {
                    verbs.computeIfAbsent(group + "/" + resource, _ -> new TreeSet<>())
                            .addAll(rule.getVerbs());
                }
            }
        }
        return verbs;
    }

    private static Set<String> sorted(String... verbs) {
        return new TreeSet<>(List.of(verbs));
    }
}
