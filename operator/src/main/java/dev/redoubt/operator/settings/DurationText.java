package dev.redoubt.operator.settings;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializerBase;
import java.io.IOException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;

/** Durations as {@code 500ms}, {@code 2s}, {@code 5m}, {@code 1h} or {@code 90d}. */
public final class DurationText {
    private static final Pattern FORM = Pattern.compile("(\\d{1,15})(ms|s|m|h|d)");

    private DurationText() {}

    /**
     * The duration that {@code text} writes.
     *
     * @throws DateTimeParseException if it writes none; the message says what to write instead
     */
    public static Duration parse(String text) {
        var match = FORM.matcher(text);
        if (!match.matches()) {
            throw new DateTimeParseException(
                    "'" + text + "' is not a duration: write a whole number and ms, s, m, h or d, such as 2s", text, 0);
        }
        var number = Long.parseLong(match.group(1));
        return switch (match.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }

    /** Reads durations by {@link #parse} and writes them in milliseconds. */
    static SimpleModule module() {
        return new SimpleModule()
                .addSerializer(Duration.class, new ToStringSerializerBase(Duration.class) {
                    @Override
                    public String valueToString(Object value) {
                        return ((Duration) value).toMillis() + "ms";
                    }
                })
                .addDeserializer(Duration.class, new Reader());
    }

    private static final class Reader extends StdDeserializer<Duration> {
        Reader() {
            super(Duration.class);
        }

        @Override
        public Duration deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            var text = parser.getText();
            try {
                return parse(text);
            } catch (DateTimeParseException e) {
                throw context.weirdStringException(text, Duration.class, e.getMessage());
            }
        }
    }
}
