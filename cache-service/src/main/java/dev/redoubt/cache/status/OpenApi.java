package dev.redoubt.cache.status;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The description of the API: {@code openapi.yaml}, as JSON. It is read when somebody asks for the first time. */
final class OpenApi implements Supplier<byte[]> {

    private static final String FILE = "/openapi.yaml";

    private volatile byte[] document = {};

    @Override
    public byte[] get() {
        if (document.length == 0) {
            document = read();
        }
        return document;
    }

    private static byte[] read() {
        try (InputStream in = Objects.requireNonNull(OpenApi.class.getResourceAsStream(FILE), "no " + FILE)) {
            JsonNode tree = YAMLMapper.shared().readTree(in);
            return JsonMapper.shared().writeValueAsBytes(tree);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
