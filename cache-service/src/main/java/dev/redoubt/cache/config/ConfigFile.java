package dev.redoubt.cache.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Finds, reads and binds service.yaml. Whatever is wrong with it ends in a {@link ConfigException} that names the place. */
public final class ConfigFile {

    /** Where the file is when nobody says otherwise. */
    public static final Path DEFAULT_PATH = Path.of("/etc/redoubt/service/service.yaml");

    private static final String EXAMPLE = """
            A small one to start from:

              http: {port: 8080}          # or https: {port: 8443, certificate: tls.crt, privateKey: tls.key}
              regions:
              - {name: sessions, ttl: 30m}
              clients:
              - name: me                  # the hash is: printf %s "$API_KEY" | sha256sum
                apiKeySha256: <64 hex digits>
                read: ["*"]
                write: ["*"]

            with REDIS_URL=redis://localhost:6379 in the environment.""";

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .addModule(new SimpleModule()
                    .addDeserializer(Duration.class, new Scalar<>(Duration.class, Durations::parse))
                    .addDeserializer(ByteSize.class, new Scalar<>(ByteSize.class, ByteSize::parse))
                    .addDeserializer(Share.class, new Scalar<>(Share.class, Share::parse))
                    .addDeserializer(Path.class, new Scalar<>(Path.class, Path::of)))
            .build();

    private ConfigFile() {}

    /** The path of the file: {@code --config=}, else the variable REDOUBT_CONFIG, else {@link #DEFAULT_PATH}. */
    public static Path path(List<String> arguments, Map<String, String> environment) {
        Path path = null;
        for (String argument : arguments) {
            if (!argument.startsWith("--config=")) {
                throw new ConfigException(
                        "unknown argument " + argument + "; the only one is --config=/path/to/service.yaml");
            }
            path = Path.of(argument.substring("--config=".length()));
        }
        return path != null ? path : Path.of(environment.getOrDefault("REDOUBT_CONFIG", DEFAULT_PATH.toString()));
    }

    /**
     * Reads and checks the file.
     *
     * @throws ConfigException if it cannot be used
     */
    public static ServiceConfig load(Path path) {
        String text;
        try {
            text = Files.readString(path, StandardCharsets.UTF_8);
        } catch (IOException e) {
            String why = Files.exists(path) ? "cannot be read as UTF-8 text (" + e + ")" : "does not exist";
            throw new ConfigException("The configuration file " + path + " " + why
                    + ". Name another with --config=/path/to/service.yaml or the variable REDOUBT_CONFIG.\n" + EXAMPLE);
        }
        ServiceConfig config = parse(path.toString(), text);
        List<String> problems = ConfigRules.problems(config);
        if (!problems.isEmpty()) {
            throw ConfigException.of(path.toString(), problems);
        }
        return config;
    }

    static ServiceConfig parse(String source, String text) {
        try {
            ServiceConfig config = YAML.readValue(text, ServiceConfig.class);
            if (config == null) {
                throw new ConfigException(source + ": the file is empty.\n" + EXAMPLE);
            }
            return config;
        } catch (UnrecognizedPropertyException e) {
            throw ConfigException.of(source, List.of(unknownKey(e)));
        } catch (InvalidFormatException e) {
            throw ConfigException.of(source, List.of(place(e) + ": " + wrongValue(e)));
        } catch (JacksonException e) {
            throw ConfigException.of(source, List.of(place(e) + ": " + firstLine(e.getOriginalMessage())));
        }
    }

    private static String unknownKey(UnrecognizedPropertyException e) {
        Collection<Object> known = e.getKnownPropertyIds();
        List<String> names = known == null
                ? List.of()
                : known.stream().map(Object::toString).sorted().toList();
        String nearest = Suggestion.nearest(e.getPropertyName(), names);
        return place(e) + ": unknown key; "
                + (nearest == null ? "" : "did you mean \"" + nearest + "\"? ")
                + "Known here: " + String.join(", ", names);
    }

    private static String wrongValue(InvalidFormatException e) {
        Class<?> target = e.getTargetType();
        if (target != null && target.isEnum()) {
            List<String> words = List.of(target.getEnumConstants()).stream()
                    .map(Object::toString)
                    .toList();
            return "\"" + e.getValue() + "\" is not one of " + String.join(", ", words);
        }
        if (target == int.class || target == Integer.class) {
            return "\"" + e.getValue() + "\" is not a whole number";
        }
        return "\"" + e.getValue() + "\" " + firstLine(e.getOriginalMessage());
    }

    private static String place(JacksonException e) {
        String path = e.getPath().stream()
                .map(step ->
                        step.getPropertyName() != null ? "." + step.getPropertyName() : "[" + step.getIndex() + "]")
                .collect(Collectors.joining());
        String dotted = path.startsWith(".") ? path.substring(1) : path;
        String line = e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr();
        return dotted.isEmpty() ? line : line.isEmpty() ? dotted : dotted + " (" + line + ")";
    }

    private static String firstLine(@Nullable String message) {
        return message == null ? "cannot be read" : message.lines().findFirst().orElse("cannot be read");
    }

    /** A scalar that is read from its text. */
    private static final class Scalar<T> extends ValueDeserializer<T> {
        private final Class<T> type;
        private final Function<String, T> parse;

        Scalar(Class<T> type, Function<String, T> parse) {
            this.type = type;
            this.parse = parse;
        }

        @Override
        public T deserialize(JsonParser parser, DeserializationContext context) {
            if (!parser.currentToken().isScalarValue() || parser.currentToken() == JsonToken.VALUE_NULL) {
                return type.cast(context.handleUnexpectedToken(type, parser));
            }
            String text = parser.getString();
            try {
                return parse.apply(text);
            } catch (IllegalArgumentException e) {
                throw new InvalidFormatException(parser, String.valueOf(e.getMessage()), text, type);
            }
        }
    }
}
