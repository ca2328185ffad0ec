package dev.redoubt.cache.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.redoubt.cache.config.ConfigException;
import dev.redoubt.cache.config.ServiceConfig;
import dev.redoubt.cache.limit.RateLimits;
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

    private static final Regions REGIONS =
            Regions.of(List.of(new ServiceConfig.Region("red", Duration.ofSeconds(1))), 1048576);

    @TempDir
    Path directory;

    @Test
    void findsAClientByItsKeyOnly() throws Exception {
        Path file = Files.writeString(directory.resolve("dashboard"), ABC + "  -\n");
        Authenticator authenticator = new Authenticator();
        Clients clients = Clients.of(
                List.of(new ServiceConfig.Client("dashboard", null, file, null, List.of("red"), null, null)),
                REGIONS,
                RateLimits.NONE);
        Client client = client(authenticator, clients, "Bearer abc");
        assertThat(client.name()).isEqualTo("dashboard");
        assertThat(client.mayRead(REGIONS.find("red"))).isTrue();
        assertThat(client.mayWrite(REGIONS.find("red"))).isFalse();
        assertThat(client(authenticator, clients, "Bearer abd")).isNull();
        assertThat(client(authenticator, clients, "Bearer " + ABC)).isNull();
        assertThat(client(authenticator, clients, "Bearer")).isNull();
        assertThat(client(authenticator, clients, null)).isNull();
    }

    @Test
    void saysWhichFileIsWrong() throws Exception {
        Path empty = Files.writeString(directory.resolve("empty"), "");
        assertThatThrownBy(() -> Clients.of(
                        List.of(
                                new ServiceConfig.Client(
                                        "a", null, directory.resolve("absent"), null, null, null, null),
                                new ServiceConfig.Client("b", null, empty, null, null, null, null)),
                        REGIONS,
                        RateLimits.NONE))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("client a: " + directory.resolve("absent") + " cannot be read")
                .hasMessageContaining("client b: " + empty + " does not hold 64 hex digits");
    }

    @Test
    void refusesOneKeyForTwo() {
        assertThatThrownBy(() -> Clients.of(
                        List.of(
                                new ServiceConfig.Client("a", null, null, ABC, null, null, null),
                                new ServiceConfig.Client("b", null, null, ABC, null, null, null)),
                        REGIONS,
                        RateLimits.NONE))
                .hasMessageContaining("clients a and b have the same API key");
    }

    @Test
    void doesNotPrintHashes() {
        assertThat(KeyHash.ofHex(ABC).toString()).doesNotContain("ba78");
    }

    private static Client client(Authenticator authenticator, Clients clients, String header) {
        Identity identity = authenticator.identify(new Access(clients, null), header, new Caller(), 0);
        return identity instanceof Identity.Known known ? known.client() : null;
    }
}
