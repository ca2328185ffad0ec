package dev.redoubt.cache.bench;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many decisions Bucket4j makes per second by compare-and-swap on one hot bucket in Redis, asked by as many threads of this process as
 * the measurement of the service has connections. There is no HTTP in between, which favours it. For {@code bench/limits}.
 */
final class Bucket4jBench {

    private Bucket4jBench() {}

    /** Arguments: port of the Redis, threads, seconds. Prints decisions per second after a warm-up of as many seconds. */
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        int threads = Integer.parseInt(arguments[1]);
        Duration time = Duration.ofSeconds(Long.parseLong(arguments[2]));
        RedisClient client = RedisClient.create(RedisURI.create("localhost", port));
        try (StatefulRedisConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE)) {
            ProxyManager<byte[]> buckets = Bucket4jLettuce.casBasedBuilder(connection)
                    .expirationAfterWrite(
                            ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(Duration.ofSeconds(10)))
                    .build();
            BucketConfiguration limit = BucketConfiguration.builder()
                    .addLimit(each -> each.capacity(1_000_000).refillGreedy(1_000_000, Duration.ofSeconds(1)))
                    .build();
            Bucket hot = buckets.builder().build("bucket4j:hot".getBytes(StandardCharsets.UTF_8), () -> limit);
            decide(hot, threads, time);
            System.out.println(Math.round(decide(hot, threads, time)));
        } finally {
            client.shutdown();
        }
    }

    private static double decide(Bucket bucket, int threads, Duration time) throws InterruptedException {
        LongAdder decisions = new LongAdder();
        long begun = System.nanoTime();
        long end = begun + time.toNanos();
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            running.add(Thread.ofPlatform().start(() -> {
                while (System.nanoTime() < end) {
                    bucket.tryConsume(1);
                    decisions.increment();
                }
            }));
        }
        for (Thread thread : running) {
            thread.join();
        }
        return decisions.sum() * 1e9 / (System.nanoTime() - begun);
    }
}
