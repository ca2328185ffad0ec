import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * cacheGet and cacheSet(ttl = 300) of a Java application, with nothing but the JDK: {@code java Cache.java}.
 *
 * <p>URL, and API_KEY or TOKEN_FILE (a projected ServiceAccount token), come from the environment; in Kubernetes from the Secret that
 * status.clients of the CacheService names. For HTTPS put its ca.crt into a trust store: {@code -Djavax.net.ssl.trustStore=…}.
 */
public final class Cache {

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(5)).build();

    /** The value, or empty on a miss. An outage is an exception: do not ask the database because of that. */
    Optional<String> cacheGet(String region, String key) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(region, key, "", "GET", HttpRequest.BodyPublishers.noBody());
        return switch (answer.statusCode()) {
            case 200 -> Optional.of(answer.body());
            case 404 -> Optional.empty();
            default -> throw new IOException("The cache cannot tell: " + answer.body());
        };
    }

    void cacheSet(String region, String key, String json, int ttl) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(region, key, "?ttl=" + ttl + "s", "PUT", HttpRequest.BodyPublishers.ofString(json));
        if (answer.statusCode() / 100 != 2) {
            throw new IOException("Not stored: " + answer.body());
        }
    }

    private HttpResponse<String> send(String region, String key, String query, String method, HttpRequest.BodyPublisher body)
            throws IOException, InterruptedException {
        String segment = URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20");
        return client.send(
                HttpRequest.newBuilder(URI.create(System.getenv("URL") + "/v1/cache/" + region + "/" + segment + query))
                        .timeout(Duration.ofSeconds(5))
                        .header("Authorization", "Bearer " + credential())
                        .header("Content-Type", "application/json")
                        .method(method, body)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** The kubelet renews a token in place: it is read anew for each request. */
    private static String credential() throws IOException {
        String file = System.getenv("TOKEN_FILE");
        return file == null ? System.getenv("API_KEY") : Files.readString(Path.of(file)).strip();
    }

    public static void main(String[] arguments) throws Exception {
        Cache cache = new Cache();
        System.out.println(cache.cacheGet("long", "portfolio/42"));
        cache.cacheSet("long", "portfolio/42", "{\"value\": 1000, \"currency\": \"EUR\"}", 300);
        System.out.println(cache.cacheGet("long", "portfolio/42"));
    }
}
