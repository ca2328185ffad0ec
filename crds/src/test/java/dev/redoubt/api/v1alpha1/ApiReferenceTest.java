package dev.redoubt.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ApiReferenceTest {

    private static final Path PAGE = Path.of("../docs/api.md");

    @Test
    void thePageSaysWhatTheSchemaSays() throws IOException {
        String rendered = ApiReference.render();
        if (Boolean.getBoolean("redoubt.update")) {
            Files.writeString(PAGE, rendered);
        }
        assertThat(PAGE)
                .as("docs/api.md is not up to date: mvn -pl crds test -Dtest=ApiReferenceTest -Dredoubt.update=true")
                .hasContent(rendered);
    }
}
