package dev.redoubt.operator.redis;

import dev.redoubt.operator.exporter.ExporterModel;
import dev.redoubt.operator.exporter.ExporterObjects;
import dev.redoubt.operator.owned.SecretData;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** The pod of an exporter without the pod: the program with the rendered arguments and files, beside a {@link LocalRedis}. */
final class LocalExporter implements AutoCloseable {
    private static final String PROGRAM = "prometheus-redis-exporter";
    private static final Duration START = Duration.ofSeconds(30);

    private final Path directory;
    private final String address;
    private final Forwarder forwarder;
    private final Process process;
    private final HttpClient http = HttpClient.newHttpClient();

    private LocalExporter(Path directory, String address, Forwarder forwarder, Process process) {
        this.directory = directory;
        this.address = address;
        this.forwarder = forwarder;
        this.process = process;
    }

    /** Whether the programs are here. */
    public static boolean isInstalled() {
        return LocalRedis.isInstalled() && LocalRedis.areHere(PROGRAM);
    }

    /** The exporter of {@code server}, with its files in {@code directory}. */
    static LocalExporter start(Path directory, LocalRedis server) throws IOException {
        var forwarder = new Forwarder(server.address(), RedisNames.PORT);
        var model = local(server.model().exporter().orElseThrow(), forwarder.port());
        var objects = ExporterObjects.render(model);
        for (var file : SecretData.decode(first(objects, Secret.class)).entrySet()) {
            Files.writeString(directory.resolve(file.getKey()), file.getValue());
        }
        var container = first(objects, Deployment.class)
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst();
        var mount = container.getVolumeMounts().getFirst().getMountPath();
        var command = new ArrayList<>(List.of(PROGRAM));
        container.getArgs().stream()
                .map(argument -> argument.replace(mount, directory.toString())
                        // An address of its own, as the server has.
                        .replace("=:" + ExporterModel.PORT, "=" + server.address() + ":" + ExporterModel.PORT))
                .forEach(command::add);
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        var exporter = new LocalExporter(directory, server.address(), forwarder, process);
        Awaitility.await("the exporter answers").atMost(START).until(exporter::answers);
        return exporter;
    }

    private static ExporterModel local(ExporterModel model, int port) {
        var server = model.server();
        return new ExporterModel(
                model.owner(),
                model.name(),
                model.image(),
                new ExporterModel.Server(
                        "localhost",
                        port,
                        server.user(),
                        server.password(),
                        server.authorityPem(),
                        server.certificate(),
                        server.podLabels()),
                model.resources(),
                model.scheduling(),
                model.monitoringLabels());
    }

    private static <T> T first(List<?> objects, Class<T> kind) {
        return objects.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElseThrow();
    }

    private boolean answers() throws IOException {
        if (!process.isAlive()) {
            throw new IllegalStateException("The exporter ended: " + log());
        }
        try {
            return get("/health").statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** What Prometheus gets. */
    String metrics() throws IOException {
        return get("/metrics").body();
    }

    String log() throws IOException {
        return Files.readString(directory.resolve("log"));
    }

    private HttpResponse<String> get(String path) throws IOException {
        var uri = URI.create("http://" + address + ":" + ExporterModel.PORT + path);
        try {
            return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        http.close();
        process.destroyForcibly().onExit().join();
        forwarder.close();
    }
}
