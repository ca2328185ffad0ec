package dev.redoubt.operator;

import dev.redoubt.operator.crds.CrdInstaller;
import dev.redoubt.operator.settings.InvalidSettingsException;
import dev.redoubt.operator.settings.OperatorSettings;
import dev.redoubt.operator.settings.SettingsFile;
import dev.redoubt.operator.status.ApiErrors;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The program. */
public final class Main {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);
    private static final Duration CRD_PATIENCE = Duration.ofSeconds(60);
    private static final int FAILED = 1;
    private static final int WRONG_CALL = 2;

    /** What the process ends with; a fatal error changes it on the way out. */
    private final AtomicInteger exitCode = new AtomicInteger();

    private Main() {}

    public static void main(String[] arguments) {
        switch (CommandLine.parse(List.of(arguments))) {
            case CommandLine.Help() -> System.out.print(CommandLine.USAGE);
            case CommandLine.Wrong(var complaint) -> {
                System.err.println(complaint + "\n\n" + CommandLine.USAGE);
                System.exit(WRONG_CALL);
            }
            case CommandLine.ApplyCrds() -> applyCrds();
            case CommandLine.Run(var config) -> new Main().run(config);
        }
    }

    private static void applyCrds() {
        try (var client = client()) {
            var names = new CrdInstaller(client).install(CRD_PATIENCE);
            System.out.println("Applied " + String.join(", ", names));
        } catch (RuntimeException e) {
            System.err.println("The resource definitions could not be applied: " + ApiErrors.explanation(e));
            System.exit(FAILED);
        }
        // The HTTP client's threads would keep the process for a while.
        System.exit(0);
    }

    private void run(Optional<Path> config) {
        var settings = settings(config);
        var ended = new CountDownLatch(1);
        try {
            var client = client();
            var process = new OperatorProcess(settings, client, identity(), this::leadershipLost);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process, client), "shutdown"));
            process.start();
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("cause", ApiErrors.explanation(e)).log("The operator cannot start");
            exit();
        }
    }

    private static OperatorSettings settings(Optional<Path> config) {
        try {
            return config.map(SettingsFile::read).orElse(OperatorSettings.DEFAULTS);
        } catch (InvalidSettingsException e) {
            System.err.println(e.getMessage());
            System.exit(WRONG_CALL);
            throw e;
        }
    }

    private static KubernetesClient client() {
        return new KubernetesClientBuilder()
                .withKubernetesSerialization(OperatorProcess.serialization())
                .build();
    }

    private static String identity() {
        return Objects.requireNonNullElse(
                System.getenv("HOSTNAME"), "operator-" + ProcessHandle.current().pid());
    }

    private void leadershipLost() {
        LOG.atError().log("Another operator took over the lease, or it could not be renewed in time: ending");
        // Not from this thread: exiting waits for the shutdown hook, and the hook for the thread that runs callbacks.
        Thread.ofPlatform().name("leadership-lost").start(this::exit);
    }

    private void exit() {
        exitCode.set(FAILED);
        System.exit(FAILED);
    }

    /** Ends with 0 after SIGTERM, where the runtime would say 143. */
    private void stop(OperatorProcess process, KubernetesClient client) {
        try (client;
                process) {
            LOG.atInfo().log("Stopping");
        } catch (RuntimeException e) {
            LOG.atWarn().setCause(e).log("Not everything stopped in order");
        } finally {
            Runtime.getRuntime().halt(exitCode.get());
        }
    }
}
