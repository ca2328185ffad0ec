package dev.redoubt.operator.apply;

import dev.redoubt.operator.status.ApiErrors;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Lets passes in until the operator stops, and then waits for those that are under way. The framework empties its caches while it
 * stops: a pass that still ran would take what exists for missing.
 */
public final class PassGate {
    /** More than there are threads for passes. */
    private static final int ALL = 1 << 20;

    private final Semaphore passes = new Semaphore(ALL);

    /**
     * A pass over {@code resource}, or none where it would come too late: what is deleted goes by its owner references, and once the
     * operator stops the next leader looks at everything. A pass that finds its resource or its namespace to be on its way out ends
     * there: nothing is wrong with it.
     *
     * @throws KubernetesClientException if the API refuses something for another reason
     */
    public <P extends HasMetadata> UpdateControl<P> pass(P resource, Supplier<UpdateControl<P>> pass) {
        if (resource.isMarkedForDeletion() || !enter()) {
            return UpdateControl.noUpdate();
        }
        try {
            return pass.get();
        } catch (KubernetesClientException refusal) {
            // The caches hear of it a moment later.
            if (ApiErrors.isOfGoingNamespace(refusal) || ApiErrors.isOfGone(resource, refusal)) {
                return UpdateControl.noUpdate();
            }
            throw refusal;
        } finally {
            leave();
        }
    }

    /** Whether the pass may begin; if so, {@link #leave} must follow. */
    boolean enter() {
        return passes.tryAcquire();
    }

    /** The pass has ended. */
    void leave() {
        passes.release();
    }

    /**
     * Lets no pass in any more.
     *
     * @return whether all that were under way ended within {@code patience}
     */
    public boolean close(Duration patience) {
        // Those that run hold a permit each; the rest goes at once, so that no new one begins.
        var taken = passes.drainPermits();
        try {
            return passes.tryAcquire(ALL - taken, patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
