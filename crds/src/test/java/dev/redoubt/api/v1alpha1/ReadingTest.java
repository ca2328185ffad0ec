package dev.redoubt.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadingTest {

    @Test
    void whatIsReadIsWhatIsWritten() {
        for (String kind : List.of("redis", "cacheservice", "redisuser")) {
            String yaml = Corpus.text(kind, "valid-every-field.yaml");
            HasMetadata resource = Schemas.SERIALIZATION.unmarshal(yaml);

            JsonNode written = tree(Schemas.SERIALIZATION.asJson(resource)).get("spec");

            assertThat(written).isEqualTo(tree(yaml).get("spec"));
        }
    }

    @Test
    void kindsAreKnownByName() {
        assertThat(Schemas.SERIALIZATION.<HasMetadata>unmarshal(Corpus.text("redis", "valid-every-field.yaml")))
                .isInstanceOf(Redis.class);
        assertThat(Schemas.SERIALIZATION.<HasMetadata>unmarshal(Corpus.text("cacheservice", "valid-every-field.yaml")))
                .isInstanceOf(CacheService.class);
        assertThat(Schemas.SERIALIZATION.<HasMetadata>unmarshal(Corpus.text("redisuser", "valid-every-field.yaml")))
                .isInstanceOf(RedisUser.class);
    }

    @Test
    void anOlderReaderIgnoresWhatItDoesNotKnow() {
        Redis redis = Schemas.SERIALIZATION.unmarshal("""
                apiVersion: redoubt.dev/v1alpha1
                kind: Redis
                metadata: {name: cache}
                spec:
                  topology: Replicated
                  replicas: 3
                  maxMemory: 1Gi
                  maxMemoryPolicy: allkeys-clairvoyant
                  tls: {mode: Required}
                  persistence: {appendFsync: sometimes, storage: {retention: Archive, size: 4Gi, kind: Fast}}
                  access: {from: [{podSelector: {}, serviceAccount: app}]}
                status:
                  observedGeneration: 3
                  phase: Running
                  conditions: [{type: Ready, status: "True", colour: green}]
                """, Redis.class);

        assertThat(redis.getSpec().topology()).isNull();
        assertThat(redis.getSpec().engine()).isNull();
        assertThat(redis.getSpec().maxMemory()).isEqualTo(new Quantity("1Gi"));
        assertThat(redis.getSpec().maxMemoryPolicy()).isEqualTo(MaxMemoryPolicy.ALLKEYS_LRU);
        assertThat(redis.getSpec().persistence().appendFsync()).isEqualTo(AppendFsync.EVERYSEC);
        assertThat(redis.getSpec().persistence().storage())
                .isEqualTo(new Storage(new Quantity("4Gi"), null, Retention.RETAIN));
        assertThat(redis.getSpec().access().from()).hasSize(1);
        assertThat(redis.getStatus().observedGeneration()).isEqualTo(3);
        assertThat(redis.getStatus().conditions()).hasSize(1);
    }

    @Test
    void anOlderReaderOfCacheServiceToo() {
        CacheService service = Schemas.SERIALIZATION.unmarshal("""
                apiVersion: redoubt.dev/v1alpha1
                kind: CacheService
                metadata: {name: gateway}
                spec:
                  redisRef: {name: cache, namespace: other}
                  streams: [{name: alerts}]
                  regions: [{name: a, ttl: 10s, tiers: 2}]
                  clients: [{name: app, read: [a], subscribe: [alerts]}]
                """, CacheService.class);

        assertThat(service.getSpec().redisRef()).isEqualTo(new RedisRef("cache"));
        assertThat(service.getSpec().replicas()).isEqualTo(2);
        assertThat(service.getSpec().regions()).containsExactly(new Region("a", "10s", null, null, null, null));
        assertThat(service.getSpec().clients())
                .containsExactly(new Client("app", null, null, List.of("a"), List.of(), List.of()));
    }

    /** What is not known is not granted. */
    @Test
    void anOlderReaderOfRedisUserToo() {
        RedisUser user = Schemas.SERIALIZATION.unmarshal("""
                apiVersion: redoubt.dev/v1alpha1
                kind: RedisUser
                metadata: {name: orders}
                spec:
                  redisRef: {name: cache}
                  commands: {categories: [read, telepathy], except: [get]}
                  keys: [{pattern: "orders:*", access: Telepathy, until: tomorrow}]
                """, RedisUser.class);

        assertThat(user.getSpec().commands().categories()).containsExactly(CommandCategory.READ);
        assertThat(user.getSpec().keys()).containsExactly(new KeyPattern("orders:*", null, false));
    }

    @Test
    void aNewResourceCarriesAStatusAlone() {
        Redis redis = new Redis();
        redis.setStatus(
                new RedisStatus(1L, List.of(), new Binding("cache-binding"), List.of(), null, null, null, List.of()));

        assertThat(tree(Schemas.SERIALIZATION.asJson(redis))).isEqualTo(tree("""
                apiVersion: redoubt.dev/v1alpha1
                kind: Redis
                metadata: {}
                status: {observedGeneration: 1, binding: {name: cache-binding}}
                """));
    }

    private static JsonNode tree(String yamlOrJson) {
        return Schemas.SERIALIZATION.unmarshal(yamlOrJson, JsonNode.class);
    }
}
