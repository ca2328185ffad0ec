package dev.redoubt.operator;

import dev.redoubt.operator.settings.OperatorSettings;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import java.net.HttpURLConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of several operator pods works. The framework takes and renews the Lease; it never gives it back, so that after a SIGTERM the next
 * leader would wait for its end.
 */
final class Leadership {
    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
    /** A renewal that is under way may come between. */
    private static final int TRIES = 3;

    private final KubernetesClient client;
    private final String namespace;
    private final String lease;
    private final String identity;
    private final Runnable lost;
    private volatile boolean leading;
    private volatile boolean resigned;

    /**
     * @param identity of this pod among several
     * @param lost called when another took over: this process must end
     */
    Leadership(KubernetesClient client, OperatorSettings settings, String identity, Runnable lost) {
        this.client = client;
        this.namespace = settings.operator().namespace();
        this.lease = settings.leaderElection().lease();
        this.identity = identity;
        this.lost = lost;
    }

    LeaderElectionConfiguration configuration() {
        var callbacks = new LeaderCallbacks(
                () -> {
                    leading = true;
                    LOG.atInfo().addKeyValue("identity", identity).log("Leading");
                },
                () -> {
                    if (!resigned) {
                        lost.run();
                    }
                },
                leader -> LOG.atInfo().addKeyValue("leader", leader).log("Leader elected"));
        return LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(lease)
                .withLeaseNamespace(namespace)
                .withIdentity(identity)
                .withLeaderCallbacks(callbacks)
                // It would exit from within the shutdown hook, and wait for itself.
                .withExitOnStopLeading(false)
                .build();
    }

    /** From now on it is no loss that this process leads no more. */
    void resign() {
        resigned = true;
    }

    /** Lets another one lead at once. To be called when nothing works any more, and nobody renews. */
    void giveBack() {
        for (var attempt = 1; leading && attempt <= TRIES; attempt++) {
            try {
                giveBackOnce();
                leading = false;
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT || attempt == TRIES) {
                    LOG.atWarn()
                            .addKeyValue("cause", e.getMessage())
                            .log("The lease could not be given back; the next leader waits for its end");
                    return;
                }
            }
        }
    }

    private void giveBackOnce() {
        var leases = client.resources(Lease.class).inNamespace(namespace).withName(lease);
        var held = leases.get();
        if (held == null || !identity.equals(held.getSpec().getHolderIdentity())) {
            return;
        }
        var free = new LeaseBuilder(held)
                .editSpec()
                .withHolderIdentity("")
                .withLeaseDurationSeconds(1)
                .endSpec()
                .build();
        // Only what was read, not what somebody else has taken meanwhile.
        client.resource(free)
                .lockResourceVersion(held.getMetadata().getResourceVersion())
                .update();
    }
}
