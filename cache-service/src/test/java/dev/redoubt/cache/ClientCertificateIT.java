package dev.redoubt.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A Redis that wants a certificate of its clients, and a binding that has one, or gets one later. */
@ExtendWith(NoLeaks.class)
class ClientCertificateIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @Test
    void presentsTheCertificateOfItsBindingOnceThereIsOne() throws Exception {
        try (RedisServer redis = RedisServer.requiringCertificates(directory.resolve("redis"));
                Service service = Service.with(directory, redis.binding(), "")) {
            Awaitility.await().atMost(PATIENCE).until(() -> service.mode().equals("DEGRADED"));
            assertThat(service.get("/v1/cache/long/k").statusCode()).isEqualTo(503);

            Path binding = redis.binding();
            Files.copy(redis.certificate().privateKey(), binding.resolve("tls.key"));
            Files.copy(redis.certificate().certificate(), binding.resolve("tls.crt"));

            Awaitility.await().atMost(PATIENCE).until(() -> service.mode().equals("NORMAL"));
            assertThat(service.get("/v1/cache/long/k").statusCode()).isEqualTo(404);
        }
    }
}
