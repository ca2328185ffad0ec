package dev.redoubt.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.redoubt.cache.config.ConfigException;
import dev.redoubt.cache.config.ServiceConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndpointSourceTest {

    @TempDir
    Path binding;

    @Test
    void readsABindingAnewEachTime() throws IOException {
        EndpointSource source = EndpointSource.of("redis", redis(binding), "REDIS_URL", Map.of());
        assertThatThrownBy(source::read).isInstanceOf(IOException.class).hasMessageContaining("REDIS_HOST");
        write("REDIS_HOST", "cache\n");
        write("REDIS_PORT", "6380");
        write("REDIS_USERNAME", "service");
        write("REDIS_PASSWORD", "one");
        assertThat(source.read()).isEqualTo(new RedisEndpoint("cache", 6380, true, "service", "one", 0, null, null));
        write("REDIS_PASSWORD", "two");
        write("ca.crt", "PEM");
        assertThat(source.read())
                .isEqualTo(
                        new RedisEndpoint("cache", 6380, true, "service", "two", 0, binding.resolve("ca.crt"), null));
    }

    @Test
    void isTlsUnlessTheBindingItselfSaysOtherwise() throws IOException {
        write("REDIS_HOST", "cache");
        EndpointSource source = EndpointSource.of("redis", redis(binding), "REDIS_URL", Map.of());
        assertThat(source.read().tls()).isTrue();
        write("REDIS_URL", "rediss://cache");
        assertThat(source.read().tls()).isTrue();
        write("REDIS_URL", "redis://cache");
        assertThat(source.read().tls()).isFalse();
    }

    @Test
    void takesTheUrlOfTheEnvironment() throws IOException {
        Map<String, String> environment = Map.of("REDIS_URL", "rediss://:pw@host");
        assertThat(EndpointSource.of("redis", redis(null), "REDIS_URL", environment)
                        .read()
                        .password())
                .isEqualTo("pw");
    }

    @Test
    void refusesTwoSourcesAndNone() {
        assertThatThrownBy(
                        () -> EndpointSource.of("redis", redis(binding), "REDIS_URL", Map.of("REDIS_URL", "redis://h")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("remove one of the two");
        assertThatThrownBy(() -> EndpointSource.of("redis", redis(null), "REDIS_URL", Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("REDIS_URL=rediss://");
        assertThatThrownBy(() ->
                        EndpointSource.of("redis", redis(null), "REDIS_URL", Map.of("REDIS_URL", "http://s3cret")))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("REDIS_URL: ")
                .hasMessageNotContaining("s3cret");
    }

    private static ServiceConfig.Redis redis(Path directory) {
        return new ServiceConfig.Redis(directory, null, null, null, null, null, (Integer) null, null);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(binding.resolve(name), text);
    }
}
