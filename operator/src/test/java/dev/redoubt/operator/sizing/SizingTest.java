package dev.redoubt.operator.sizing;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much a Redis gets of memory and disk when nothing is said of it. */
class SizingTest {

    @ParameterizedTest
    @CsvSource({
        // maxMemory, persisted, not persisted
        "16Mi, 108Mi, 86Mi",
        "64Mi, 237Mi, 151Mi",
        "256Mi, 756Mi, 410Mi",
        "1Gi, 2829Mi, 1447Mi",
        "4Gi, 11124Mi, 5594Mi",
        "16Gi, 44301Mi, 22183Mi",
        "64Gi, 177012Mi, 88538Mi"
    })
    void theContainerMayUse(String maxMemory, String persisted, String volatileOnly) {
        assertThat(MemorySize.containerLimit(bytes(maxMemory), true)).isEqualTo(new Quantity(persisted));
        assertThat(MemorySize.containerLimit(bytes(maxMemory), false)).isEqualTo(new Quantity(volatileOnly));
    }

    @ParameterizedTest
    @CsvSource({
        // maxMemory, append-only, snapshots, both, neither
        "16Mi, 1Gi, 1Gi, 1Gi, 1Gi",
        "256Mi, 1Gi, 1Gi, 2Gi, 1Gi",
        "300Mi, 2Gi, 1Gi, 2Gi, 1Gi",
        "1Gi, 4Gi, 2Gi, 6Gi, 1Gi",
        "2Gi, 8Gi, 4Gi, 12Gi, 1Gi",
        "64Gi, 256Gi, 128Gi, 384Gi, 1Gi"
    })
    void theVolumeIs(String maxMemory, String appendOnly, String snapshots, String both, String neither) {
        assertThat(StorageSize.derived(bytes(maxMemory), true, false)).isEqualTo(new Quantity(appendOnly));
        assertThat(StorageSize.derived(bytes(maxMemory), false, true)).isEqualTo(new Quantity(snapshots));
        assertThat(StorageSize.derived(bytes(maxMemory), true, true)).isEqualTo(new Quantity(both));
        assertThat(StorageSize.derived(bytes(maxMemory), false, false)).isEqualTo(new Quantity(neither));
    }

    /** The schema demands both of a resource that gives its own sizes. */
    @ParameterizedTest
    @CsvSource({"16Mi", "100Mi", "256Mi", "1Gi", "123456789", "64Gi"})
    void theDerivedSizesSatisfyTheRulesOfTheSchema(String maxMemory) {
        var data = bytes(maxMemory);

        assertThat(bytes(MemorySize.containerLimit(data, false).toString())).isGreaterThan(data);
        assertThat(bytes(StorageSize.derived(data, true, false).toString())).isGreaterThanOrEqualTo(2 * data);
        assertThat(bytes(StorageSize.derived(data, false, true).toString())).isGreaterThanOrEqualTo(2 * data);
    }

    @ParameterizedTest
    @CsvSource({"1Gi, 2Gi, 2Gi", "2Gi, 1Gi, 2Gi", "1Gi, 1024Mi, 1Gi", "1024Mi, 1Gi, 1024Mi", "1G, 1Gi, 1Gi"})
    void theLargerOfTwoIsKeptAsItIsWritten(String first, String second, String larger) {
        assertThat(StorageSize.larger(new Quantity(first), new Quantity(second)))
                .isEqualTo(new Quantity(larger));
    }

    private static long bytes(String quantity) {
        return new Quantity(quantity).getNumericalAmount().longValueExact();
    }
}
