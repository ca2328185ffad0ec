package dev.redoubt.cache.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.redoubt.cache.config.ConfigException;
import dev.redoubt.cache.config.ServiceConfig;
import dev.redoubt.cache.region.Regions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientsTest {

    /** {@code printf %s abc | sha256sum}: the example of FIPS 180-4. */
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private static final Regions REGIONS = Regions.of(List.of(new ServiceConfig.Region("red", Duration.ofSeconds(1))));

    @TempDir
    Path directory;

    @Test
    void findsAClientByItsKeyOnly() throws Exception {
        Path file = Files.writeString(directory.resolve("dashboard"), ABC + "  -\n");
        Authenticator authenticator = new Authenticator();
        Clients clients =
                Clients.of(List.of(new ServiceConfig.Client("dashboard", file, null, List.of("red"), null)), REGIONS);
        Client client = authenticator.authenticate(clients, "Bearer abc");
        assertThat(client.name()).isEqualTo("dashboard");
        assertThat(client.mayRead(REGIONS.find("red"))).isTrue();
        assertThat(client.mayWrite(REGIONS.find("red"))).isFalse();
        assertThat(authenticator.authenticate(clients, "Bearer abd")).isNull();
        assertThat(authenticator.authenticate(clients, "Bearer " + ABC)).isNull();
        assertThat(authenticator.authenticate(clients, "Bearer")).isNull();
        assertThat(authenticator.authenticate(clients, null)).isNull();
    }

    @Test
    void saysWhichFileIsWrong() throws Exception {
        Path empty = Files.writeString(directory.resolve("empty"), "");
        assertThatThrownBy(() -> Clients.of(
                        List.of(
                                new ServiceConfig.Client("a", directory.resolve("absent"), null, null, null),
                                new ServiceConfig.Client("b", empty, null, null, null)),
                        REGIONS))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("client a: " + directory.resolve("absent") + " cannot be read")
                .hasMessageContaining("client b: " + empty + " does not hold 64 hex digits");
    }

    @Test
    void refusesOneKeyForTwo() {
        assertThatThrownBy(() -> Clients.of(
                        List.of(
                                new ServiceConfig.Client("a", null, ABC, null, null),
                                new ServiceConfig.Client("b", null, ABC, null, null)),
                        REGIONS))
                .hasMessageContaining("clients a and b have the same API key");
    }

    @Test
    void doesNotPrintHashes() {
        assertThat(KeyHash.ofHex(ABC).toString()).doesNotContain("ba78");
    }
}
