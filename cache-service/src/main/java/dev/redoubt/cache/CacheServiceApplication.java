package dev.redoubt.cache;

import dev.redoubt.cache.access.TokenCounts;
import dev.redoubt.cache.accesslog.AccessLog;
import dev.redoubt.cache.config.ConfigException;
import dev.redoubt.cache.config.ConfigFile;
import dev.redoubt.cache.config.ServiceConfig;
import dev.redoubt.cache.hot.Rules;
import dev.redoubt.cache.redis.EndpointSources;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** Starts the service: {@code java -jar cache-service.jar [--config=/path/to/service.yaml]}. */
public final class CacheServiceApplication {

    /** The exit code when the configuration cannot be used (EX_CONFIG of sysexits.h). */
    private static final int EXIT_CONFIG = 78;

    private CacheServiceApplication() {}

    public static void main(String[] arguments) {
        try {
            Map<String, String> variables = System.getenv();
            ConfigurableApplicationContext service = start(ConfigFile.path(List.of(arguments), variables), variables);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> leave(service), "leave"));
        } catch (ConfigException e) {
            System.err.println(e.getMessage());
            System.exit(EXIT_CONFIG);
        }
    }

    /**
     * Starts the service and returns when it listens.
     *
     * @throws ConfigException if the configuration cannot be used
     */
    static ConfigurableApplicationContext start(Path file, Map<String, String> variables) {
        ServiceConfig config = ConfigFile.load(file);
        // All that can be wrong with the configuration is found here: from within Spring it would come out as a stack
        // trace.
        TokenCounts tokens = new TokenCounts();
        Rules rules = Rules.of(config, config.limits().body(), Clock.systemUTC(), tokens);
        EndpointSources sources = EndpointSources.of(config, variables);
        SpringApplication application = new SpringApplication(CacheServiceConfiguration.class);
        application.setWebApplicationType(WebApplicationType.REACTIVE);
        application.setRegisterShutdownHook(false);
        application.setDefaultProperties(springProperties(config));
        application.addInitializers(context -> {
            GenericApplicationContext beans = (GenericApplicationContext) context;
            beans.registerBean(ServiceConfig.class, () -> config);
            beans.registerBean(Rules.class, () -> rules);
            beans.registerBean(ConfigSource.class, () -> new ConfigSource(file));
            beans.registerBean(TokenCounts.class, () -> tokens);
            beans.registerBean(EndpointSources.class, () -> sources);
        });
        ConfigurableApplicationContext context = application.run();
        if (config.http() != null) {
            LoggerFactory.getLogger(CacheServiceApplication.class)
                    .warn(
                            "The API is served WITHOUT TLS on port {}: API keys and values can be read on the network. Set https instead of http.",
                            context.getEnvironment().getProperty("local.server.port"));
        }
        return context;
    }

    /** Where the configuration is, as a bean. */
    record ConfigSource(Path file) {}

    /** What our configuration means in Spring Boot's own words. */
    private static Map<String, Object> springProperties(ServiceConfig config) {
        Map<String, Object> properties = new HashMap<>();
        ServiceConfig.Https https = config.https();
        if (https != null) {
            properties.put("server.port", https.port());
            properties.put("server.ssl.bundle", "https");
            properties.put("spring.ssl.bundle.pem.https.keystore.certificate", "file:" + https.certificate());
            properties.put("spring.ssl.bundle.pem.https.keystore.private-key", "file:" + https.privateKey());
            properties.put("spring.ssl.bundle.pem.https.reload-on-update", true);
            properties.put("spring.ssl.bundle.watch.file.quiet-period", "1s");
        } else if (config.http() != null) {
            properties.put("server.port", config.http().port());
        }
        Duration shutdown =
                config.shutdown().drain().plus(config.shutdown().grace()).plusSeconds(5);
        properties.put("spring.lifecycle.timeout-per-shutdown-phase", shutdown.toMillis() + "ms");
        // Whoever asks for the access log gets it, however little else shall be logged.
        properties.put("logging.level." + AccessLog.NAME, "info");
        properties.put("logging.level.root", config.logging().level().name());
        if (config.logging().format() == ServiceConfig.Logging.Format.ecs) {
            properties.put("logging.structured.format.console", "ecs");
        }
        return properties;
    }

    /** The JVM would report the signal as its exit code; a process that has answered everybody has succeeded. */
    private static void leave(ConfigurableApplicationContext service) {
        service.close();
        Runtime.getRuntime().halt(0);
    }
}
