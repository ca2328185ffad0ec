package dev.redoubt.operator.settings;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Reads and checks the operator's settings. */
public final class SettingsFile {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory())
            .registerModule(DurationText.module())
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

    private static final Duration SHORTEST_CERTIFICATE = Duration.ofHours(1);
    private static final Duration SHORTEST_OVERLAP = Duration.ofMinutes(5);
    private static final int HIGHEST_PORT = 65_535;

    private SettingsFile() {}

    /**
     * The settings in {@code file}.
     *
     * @throws InvalidSettingsException if it cannot be read or holds a wrong value
     */
    public static OperatorSettings read(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (IOException e) {
            throw new InvalidSettingsException(
                    "The settings file " + file + " cannot be read: " + e + ". Give a readable file with --config.");
        }
    }

    /**
     * The settings in {@code yaml}; what it leaves out, or sets to null, has its default.
     *
     * @throws InvalidSettingsException if it holds an unknown key or a wrong value
     */
    public static OperatorSettings parse(String yaml) {
        try {
            var tree = YAML.<ObjectNode>valueToTree(OperatorSettings.DEFAULTS);
            overlay(tree, mapping(YAML.readTree(yaml)));
            var settings = YAML.treeToValue(tree, OperatorSettings.class);
            check(settings);
            return settings;
        } catch (UnrecognizedPropertyException e) {
            throw new InvalidSettingsException("Unknown key '%s' in the settings. Known beside it: %s."
                    .formatted(
                            path(e),
                            e.getKnownPropertyIds().stream()
                                    .map(String::valueOf)
                                    .sorted()
                                    .collect(Collectors.joining(", "))));
        } catch (JsonMappingException e) {
            throw new InvalidSettingsException(
                    "The setting '%s' is wrong: %s".formatted(path(e), e.getOriginalMessage()));
        } catch (JsonProcessingException e) {
            throw new InvalidSettingsException("The settings are not YAML: " + e.getOriginalMessage());
        }
    }

    /** An empty file says nothing; a list or a word says something that cannot be meant. */
    private static JsonNode mapping(JsonNode root) {
        if (!root.isObject() && !root.isNull() && !root.isMissingNode()) {
            throw new InvalidSettingsException(
                    "The settings must be a mapping of keys to values, such as 'clusterDomain: cluster.local'.");
        }
        return root;
    }

    /** Copies {@code source} over {@code target}; objects are merged, except free-form maps, which are replaced. */
    private static void overlay(ObjectNode target, JsonNode source) {
        for (var entry : source.properties()) {
            var current = target.get(entry.getKey());
            if (entry.getValue().isNull()) {
                continue;
            }
            if (current instanceof ObjectNode object
                    && entry.getValue().isObject()
                    && !entry.getKey().equals("podLabels")) {
                overlay(object, entry.getValue());
            } else {
                target.set(entry.getKey(), entry.getValue());
            }
        }
    }

    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
                .collect(Collectors.joining("."));
    }

    private static void check(OperatorSettings settings) {
        var problems = new ArrayList<String>();
        positive(problems, "ping.interval", settings.ping().interval());
        positive(problems, "ping.timeout", settings.ping().timeout());
        positive(problems, "hardening.serverInterval", settings.hardening().serverInterval());
        positive(problems, "hardening.sweepInterval", settings.hardening().sweepInterval());
        atLeast(problems, "hardening.concurrency", settings.hardening().concurrency(), 1);
        positive(problems, "memory.interval", settings.memory().interval());
        atLeast(problems, "memory.evictionsPerSecond", settings.memory().evictionsPerSecond(), 0);
        positive(
                problems, "cacheServices.lookInterval", settings.cacheServices().lookInterval());
        positive(problems, "cacheServices.timeout", settings.cacheServices().timeout());
        positive(problems, "credentials.propagation", settings.credentials().propagation());
        if (settings.credentials()
                        .grace()
                        .compareTo(settings.credentials().propagation().multipliedBy(2))
                < 0) {
            problems.add(
                    "credentials.grace must be at least twice credentials.propagation: until then clients may still"
                            + " find the previous password in their files");
        }
        positive(problems, "reconcile.maxRetryInterval", settings.reconcile().maxRetryInterval());
        positive(problems, "reconcile.shutdownTimeout", settings.reconcile().shutdownTimeout());
        positive(problems, "monitoring.lookInterval", settings.monitoring().lookInterval());
        positive(problems, "issuer.lookInterval", settings.issuer().lookInterval());
        positive(problems, "issuer.keepKeys", settings.issuer().keepKeys());
        if (settings.certificates().server().compareTo(SHORTEST_CERTIFICATE) < 0) {
            problems.add("certificates.server must be at least 1h: a renewal takes up to a minute to reach the server");
        }
        atLeast(problems, "ping.failures", settings.ping().failures(), 1);
        atLeast(problems, "reconcile.threads", settings.reconcile().threads(), 1);
        if (settings.http().port() < 0 || settings.http().port() > HIGHEST_PORT) {
            problems.add("http.port must be from 0 to " + HIGHEST_PORT);
        }
        if (settings.hardening().forbiddenPort() < 1 || settings.hardening().forbiddenPort() > HIGHEST_PORT) {
            problems.add("hardening.forbiddenPort must be from 1 to " + HIGHEST_PORT);
        }
        var certificates = settings.certificates();
        if (certificates.overlap().compareTo(SHORTEST_OVERLAP) < 0) {
            problems.add("certificates.overlap must be at least 5m: mounted Secrets follow up to two minutes later");
        }
        positive(problems, "certificates.warning", certificates.warning());
        var shortest = certificates.server().multipliedBy(3).plus(certificates.overlap());
        if (certificates.authority().compareTo(shortest) < 0) {
            problems.add("certificates.authority must be at least three times certificates.server, and"
                    + " certificates.overlap more");
        }
        if (settings.operator().podLabels().isEmpty()) {
            problems.add("operator.podLabels is empty: NetworkPolicies would admit every pod of the operator's"
                    + " namespace; name at least one label of its pods");
        }
        for (var image : List.of(
                settings.images().redis(),
                settings.images().valkey(),
                settings.images().cacheService(),
                settings.images().exporter())) {
            if (!isPinned(image)) {
                problems.add("image '" + image + "' needs a tag that is not latest, or a digest");
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidSettingsException("Wrong settings: " + String.join("; ", problems) + ".");
        }
    }

    private static boolean isPinned(String image) {
        var name = image.substring(image.lastIndexOf('/') + 1);
        return name.contains("@") || (name.contains(":") && !name.endsWith(":latest"));
    }

    private static void positive(List<String> problems, String key, Duration value) {
        if (!value.isPositive()) {
            problems.add(key + " must be longer than 0");
        }
    }

    private static void atLeast(List<String> problems, String key, int value, int least) {
        if (value < least) {
            problems.add(key + " must be at least " + least);
        }
    }
}
