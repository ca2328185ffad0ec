package dev.redoubt.operator.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.api.v1alpha1.ControlState;
import dev.redoubt.api.v1alpha1.ControlStatus;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HardeningReportTest {
    private static final Instant EARLIER = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    @Test
    void whatWasNeverProbedIsUnknown() {
        var report = HardeningReport.of(Stream.empty(), List.of());

        assertThat(report.findings()).extracting(Finding::control).containsExactly(Control.values());
        assertThat(report.in(ControlState.UNKNOWN)).hasSize(Control.values().length);
    }

    @Test
    void theWorseOfTwoFindingsCounts() {
        var report = HardeningReport.of(
                Stream.of(
                        Finding.enforced(Control.MEMORY_BOUNDED, "fine"),
                        Finding.waived(Control.MEMORY_BOUNDED, "waived"),
                        Finding.failed(Control.PINNED_IMAGE, "other"),
                        Finding.enforced(Control.PINNED_IMAGE, "fine")),
                List.of());

        assertThat(finding(report, Control.MEMORY_BOUNDED).observed()).isEqualTo("waived");
        assertThat(finding(report, Control.PINNED_IMAGE).observed()).isEqualTo("other");
    }

    /** A pass that does not get as far as the server says nothing of it, and takes nothing back. */
    @Test
    void whatIsNotFoundAnewKeepsWhatWasSaid() {
        var previous =
                statuses(HardeningReport.of(Stream.of(Finding.failed(Control.AUTH_REQUIRED, "open")), List.of()));

        var report = HardeningReport.of(Stream.empty(), previous);

        assertThat(finding(report, Control.AUTH_REQUIRED)).isEqualTo(Finding.failed(Control.AUTH_REQUIRED, "open"));
        assertThat(report.statuses(previous, NOW)).isEqualTo(previous);
    }

    @Test
    void theTimeIsThatOfTheLastTurn() {
        var previous = statuses(HardeningReport.of(
                Stream.of(
                        Finding.enforced(Control.AUTH_REQUIRED, "fine"),
                        Finding.enforced(Control.LEAST_PRIVILEGE, "fine")),
                List.of()));

        var now = HardeningReport.of(
                        Stream.of(
                                Finding.enforced(Control.AUTH_REQUIRED, "fine, told otherwise"),
                                Finding.failed(Control.LEAST_PRIVILEGE, "not fine")),
                        previous)
                .statuses(previous, NOW);

        assertThat(status(now, "H1").since()).isEqualTo(EARLIER.toString());
        assertThat(status(now, "H2"))
                .isEqualTo(new ControlStatus(
                        "H2", "LeastPrivilege", ControlState.FAILED, "not fine", "2026-01-02T03:04:05Z"));
    }

    @Test
    void aControlFallsOnceAndReturnsOnce() {
        var fine = HardeningReport.of(all(ControlState.ENFORCED), List.of());
        var broken = HardeningReport.of(Stream.of(Finding.failed(Control.AUTH_REQUIRED, "open")), statuses(fine));
        var silent = HardeningReport.of(Audit.unknown("silent").stream(), statuses(broken));

        assertThat(fine.fallen(List.of())).isEmpty();
        assertThat(broken.fallen(statuses(fine))).extracting(Finding::control).containsExactly(Control.AUTH_REQUIRED);
        assertThat(broken.fallen(statuses(broken))).isEmpty();
        assertThat(fine.returned(statuses(broken))).extracting(Finding::control).containsExactly(Control.AUTH_REQUIRED);
        assertThat(fine.returned(statuses(fine))).isEmpty();
        // That it cannot be seen is not that it holds.
        assertThat(silent.returned(statuses(broken))).isEmpty();
    }

    private static Stream<Finding> all(ControlState state) {
        return Arrays.stream(Control.values()).map(control -> new Finding(control, state, "seen"));
    }

    private static List<ControlStatus> statuses(HardeningReport report) {
        return report.statuses(List.of(), EARLIER);
    }

    private static ControlStatus status(List<ControlStatus> statuses, String id) {
        return statuses.stream()
                .filter(status -> status.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static Finding finding(HardeningReport report, Control control) {
        return report.findings().stream()
                .filter(finding -> finding.control() == control)
                .findFirst()
                .orElseThrow();
    }
}
