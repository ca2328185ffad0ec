package dev.redoubt.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.operator.settings.OperatorSettings;
import dev.redoubt.operator.settings.SettingsFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CommandLineTest {

    @Test
    void runsWithOrWithoutAFile() {
        var file = new CommandLine.Run(Optional.of(Path.of("/etc/redoubt/operator/operator.yaml")));

        assertThat(parse()).isEqualTo(new CommandLine.Run(Optional.empty()));
        assertThat(parse("--config=/etc/redoubt/operator/operator.yaml")).isEqualTo(file);
        assertThat(parse("--config", "/etc/redoubt/operator/operator.yaml")).isEqualTo(file);
    }

    @Test
    void hasTwoOtherModes() {
        assertThat(parse("apply-crds")).isEqualTo(new CommandLine.ApplyCrds());
        assertThat(parse("--help")).isEqualTo(new CommandLine.Help());
        assertThat(parse("-h")).isEqualTo(new CommandLine.Help());
    }

    @Test
    void saysWhatItDoesNotKnow() {
        assertThat(parse("--config")).isEqualTo(new CommandLine.Wrong("--config needs a file"));
        assertThat(parse("--verbose")).isEqualTo(new CommandLine.Wrong("Unknown argument: --verbose"));
        assertThat(parse("apply-crds", "now")).isEqualTo(new CommandLine.Wrong("Unknown arguments: apply-crds now"));
    }

    /** The usage shows every key with its default: read as a settings file it changes nothing, and lacks nothing. */
    @Test
    void theUsageShowsEverySettingWithItsDefault() {
        var keys = CommandLine.USAGE
                .lines()
                .dropWhile(line -> !line.contains("watchNamespaces:"))
                .takeWhile(line -> !line.isBlank())
                .map(line -> line.substring(2))
                .collect(Collectors.joining("\n"));

        assertThat(SettingsFile.parse(keys)).isEqualTo(OperatorSettings.DEFAULTS);
        for (var group : OperatorSettings.class.getRecordComponents()) {
            assertThat(keys).containsPattern("(?m)^" + group.getName() + ": ");
            if (group.getType().isRecord()) {
                for (var key : group.getType().getRecordComponents()) {
                    assertThat(keys).contains(key.getName() + ": ");
                }
            }
        }
    }

    private static CommandLine parse(String... arguments) {
        return CommandLine.parse(List.of(arguments));
    }
}
