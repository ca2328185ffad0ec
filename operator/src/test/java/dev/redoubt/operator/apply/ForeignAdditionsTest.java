package dev.redoubt.operator.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;

class ForeignAdditionsTest {
    private static final String OURS = "{manager: redoubt, operation: Apply, fieldsV1: {'f:spec': {'f:replicas': {}}}}";
    private static final String OUR_PATCH =
            "{manager: redoubt, operation: Update, fieldsV1: {'f:spec': {'f:replicas': {}}}}";
    private static final String STATUS =
            "{manager: kube-controller-manager, operation: Update, subresource: status, fieldsV1: {'f:status': {}}}";
    private static final String SCALE =
            "{manager: autoscaler, operation: Update, subresource: scale, fieldsV1: {'f:spec': {'f:replicas': {}}}}";
    private static final String LABEL =
            "{manager: gitops, operation: Apply, fieldsV1: {'f:metadata': {'f:labels': {}}}}";
    /** As {@code kubectl rollout restart} leaves it. */
    private static final String RESTART = "{manager: kubectl-rollout, operation: Update, fieldsV1:"
            + " {'f:spec': {'f:template': {'f:metadata': {'f:annotations': {'f:kubectl.kubernetes.io/restartedAt': {}}}}}}}";

    private static final String CONTAINER =
            "{manager: kubectl-patch, operation: Update, fieldsV1: {'f:spec': {'f:template': {'k:intruder': {}}}}}";

    private final ForeignAdditions additions = new ForeignAdditions();

    @Test
    void whatIsOursOrMetadataOrAControllersIsNone() {
        assertThat(additions.mayBeRemoved(object(OURS, OUR_PATCH, STATUS, SCALE, LABEL, RESTART)))
                .isFalse();
    }

    @Test
    void whatSomebodyPutsBesideOurFieldsIsRemoved() {
        assertThat(additions.mayBeRemoved(object(OURS, CONTAINER))).isTrue();
    }

    /** As by an admission webhook: it would go on for ever. */
    @Test
    void whatComesBackAtOnceIsLeft() {
        additions.mayBeRemoved(object(OURS, CONTAINER));

        assertThat(additions.mayBeRemoved(object(OURS, CONTAINER))).isFalse();
    }

    @Test
    void whatCouldNotBeRemovedIsTriedAgain() {
        additions.mayBeRemoved(object(OURS, CONTAINER));
        additions.stillThere(object(OURS, CONTAINER));

        assertThat(additions.mayBeRemoved(object(OURS, CONTAINER))).isTrue();
    }

    @Test
    void whatComesBackLaterIsRemovedAgain() {
        additions.mayBeRemoved(object(OURS, CONTAINER));
        additions.mayBeRemoved(object(OURS));

        assertThat(additions.mayBeRemoved(object(OURS, CONTAINER))).isTrue();
    }

    private static StatefulSet object(String... managers) {
        return new KubernetesSerialization()
                .unmarshal(
                        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: s, uid: u, managedFields: ["
                                + String.join(", ", managers) + "]}",
                        StatefulSet.class);
    }
}
