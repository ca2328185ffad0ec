package dev.redoubt.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The API over TLS, with a certificate that is replaced as Kubernetes replaces a mounted Secret. */
@ExtendWith(NoLeaks.class)
class HttpsIT {

    @TempDir
    Path directory;

    @Test
    void servesTlsOnlyAndTakesANewCertificateWithoutARestart() throws Exception {
        Path mount = Files.createDirectories(directory.resolve("tls"));
        TestCertificate.in(mount.resolve("..v1"), "first");
        Files.createSymbolicLink(mount.resolve("..data"), Path.of("..v1"));
        Files.createSymbolicLink(mount.resolve("tls.crt"), Path.of("..data/tls.crt"));
        Files.createSymbolicLink(mount.resolve("tls.key"), Path.of("..data/tls.key"));
        try (Service service = Service.start(
                directory,
                """
                https: {port: 0, certificate: %1$s/tls.crt, privateKey: %1$s/tls.key}
                management: {port: 0}
                shutdown: {drain: 0s}
                """.formatted(mount) + Service.REGIONS_AND_CLIENTS,
                Map.of("REDIS_URL", "redis://localhost:" + RedisServer.freePort()))) {
            assertThat(subject(service.port())).contains("O=first");
            assertThat(request(service.port(), "/livez")).startsWith("HTTP/1.1 200");
            assertThat(request(service.port(), "/v1/status")).startsWith("HTTP/1.1 401");
            assertThat(request(service.port(), "/v1/cache/long/k")).startsWith("HTTP/1.1 401");
            try (RawClient plain = new RawClient(service.port())) {
                plain.send(RawClient.head("GET", "/v1/status"));
                assertThatThrownBy(plain::read).isInstanceOf(IOException.class);
            }

            TestCertificate.in(mount.resolve("..v2"), "second");
            Files.createSymbolicLink(mount.resolve("..tmp"), Path.of("..v2"));
            Files.move(mount.resolve("..tmp"), mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
            Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(subject(service.port()))
                    .contains("O=second"));
            assertThat(request(service.port(), "/livez")).startsWith("HTTP/1.1 200");
        }
    }

    private static String subject(int port) throws Exception {
        try (SSLSocket socket = connect(port)) {
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
        }
    }

    private static String request(int port, String path) throws Exception {
        try (SSLSocket socket = connect(port)) {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Looks at any certificate: whose it is, is what the test asks. */
    private static SSLSocket connect(int port) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                null,
                new TrustManager[] {
                    new X509TrustManager() {
                        @Override
                        public void checkClientTrusted(X509Certificate[] chain, String type) {}

                        @Override
                        public void checkServerTrusted(X509Certificate[] chain, String type) {}

                        @Override
                        public X509Certificate[] getAcceptedIssuers() {
                            return new X509Certificate[0];
                        }
                    }
                },
                null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", port);
        socket.setSoTimeout(10_000);
        socket.startHandshake();
        return socket;
    }
}
