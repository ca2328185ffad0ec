package dev.redoubt.operator.owned;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OwnedTest {
    private static final Owner OWNER =
            new Owner("redoubt.dev/v1alpha1", "Redis", "cache", "shop", "uid-2", "redis", Labels.REDIS);

    @Test
    void labelsSayWhatAThingIsAndWhoseItIs() {
        assertThat(OWNER.labels())
                .isEqualTo(Map.of(
                        "app.kubernetes.io/name", "redis",
                        "app.kubernetes.io/instance", "cache",
                        "app.kubernetes.io/component", "redis",
                        "app.kubernetes.io/part-of", "redoubt",
                        "app.kubernetes.io/managed-by", "redoubt",
                        "redoubt.dev/redis", "cache"));
        assertThat(OWNER.labels()).containsAllEntriesOf(OWNER.selector());
    }

    /** A chart's test pod has the same instance label: it must not become an endpoint. */
    @Test
    void theSelectorMatchesOnMoreThanTheInstance() {
        assertThat(OWNER.selector()).containsKeys(Labels.MANAGED_BY, Labels.NAME, Labels.REDIS);
    }

    @Test
    void anObjectGoesWithItsOwnerAndHoldsUpItsDeletion() {
        assertThat(OWNER.metadata("x").getOwnerReferences()).singleElement().satisfies(reference -> {
            assertThat(reference.getUid()).isEqualTo("uid-2");
            assertThat(reference.getController()).isTrue();
            assertThat(reference.getBlockOwnerDeletion()).isTrue();
        });
    }

    @Test
    void oneOfTheSameNameWasAnother() {
        var predecessor = new Owner("redoubt.dev/v1alpha1", "Redis", "cache", "shop", "uid-1", "redis", Labels.REDIS);
        var other = new Owner("redoubt.dev/v1alpha1", "Redis", "other", "shop", "uid-3", "redis", Labels.REDIS);
        var nobodys = new ConfigMapBuilder().withNewMetadata().endMetadata().build();

        assertThat(OWNER.owns(of(OWNER))).isTrue();
        assertThat(OWNER.owns(of(predecessor))).isFalse();
        assertThat(OWNER.ownedByPredecessor(of(predecessor))).isTrue();
        assertThat(OWNER.ownedByPredecessor(of(OWNER))).isFalse();
        assertThat(OWNER.ownedByPredecessor(of(other))).isFalse();
        assertThat(OWNER.owns(nobodys)).isFalse();
        assertThat(OWNER.ownedByPredecessor(nobodys)).isFalse();
    }

    @Test
    void theOrderOfEntriesDoesNotChangeAHashAndTheirBordersDo() {
        var forth = new LinkedHashMap<String, String>();
        forth.put("a", "1");
        forth.put("b", "2");
        var back = new LinkedHashMap<String, String>();
        back.put("b", "2");
        back.put("a", "1");

        assertThat(ContentHash.of(forth)).isEqualTo(ContentHash.of(back)).matches("[0-9a-f]{64}");
        assertThat(ContentHash.of(Map.of("a", "bc"))).isNotEqualTo(ContentHash.of(Map.of("ab", "c")));
        assertThat(ContentHash.of("")).isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    @Test
    void aSecretReadsAsItWasWritten() {
        var values = Map.of("plain", "value", "unicode", "schlüssel ✓", "empty", "");

        var secret = new SecretBuilder().withData(SecretData.encode(values)).build();

        assertThat(SecretData.decode(secret)).isEqualTo(values);
    }

    @Test
    void whatIsNotBase64IsAsIfItWereMissing() {
        var secret = new SecretBuilder()
                .withData(Map.of("good", "dmFsdWU=", "bad", "***"))
                .build();

        assertThat(SecretData.decode(secret)).isEqualTo(Map.of("good", "value"));
        assertThat(SecretData.decode(null)).isEmpty();
    }

    @Test
    void peersOfAnotherNamespaceAreNamedByWhatNobodyCanForge() {
        var peer = Peers.pods("ops", Map.of("app", "operator"));

        assertThat(peer.getNamespaceSelector().getMatchLabels())
                .isEqualTo(Map.of("kubernetes.io/metadata.name", "ops"));
        assertThat(peer.getPodSelector().getMatchLabels()).isEqualTo(Map.of("app", "operator"));
        assertThat(List.of(Peers.pods(Map.of("a", "b"))))
                .allSatisfy(found -> assertThat(found.getNamespaceSelector()).isNull());
    }

    private static ConfigMap of(Owner owner) {
        return new ConfigMapBuilder().withMetadata(owner.metadata("x")).build();
    }
}
