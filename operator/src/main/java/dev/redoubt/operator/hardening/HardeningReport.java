package dev.redoubt.operator.hardening;

import dev.redoubt.api.v1alpha1.ControlState;
import dev.redoubt.api.v1alpha1.ControlStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is said of all controls of one resource.
 *
 * @param findings one for each control, in their order
 */
public record HardeningReport(List<Finding> findings) {
    private static final String NOT_YET = "It has not been probed yet.";
    /** The schema takes no longer one. */
    private static final int MAX_OBSERVED = 1024;

    public HardeningReport {
        findings = List.copyOf(findings);
    }

    /**
     * The report of {@code found}. Of two findings of one control the worse counts; what none was found of keeps what {@code
     * previous} says.
     */
    public static HardeningReport of(Stream<Finding> found, List<ControlStatus> previous) {
        Map<Control, Finding> worst = new EnumMap<>(Control.class);
        found.forEach(finding -> worst.merge(finding.control(), finding, HardeningReport::worse));
        return new HardeningReport(Arrays.stream(Control.values())
                .map(control -> Optional.ofNullable(worst.get(control)).orElseGet(() -> before(control, previous)))
                .toList());
    }

    private static Finding worse(Finding one, Finding other) {
        return badness(other) > badness(one) ? other : one;
    }

    private static int badness(Finding finding) {
        return switch (finding.state()) {
            case FAILED -> 4;
            case UNKNOWN -> 3;
            case WAIVED -> 2;
            case ENFORCED -> 1;
            case NOT_APPLICABLE -> 0;
        };
    }

    private static Finding before(Control control, List<ControlStatus> previous) {
        return previous.stream()
                .filter(status -> status.id().equals(control.id()) && status.state() != null)
                .findFirst()
                .map(status -> new Finding(control, status.state(), status.observed()))
                .orElseGet(() -> Finding.unknown(control, NOT_YET));
    }

    /** For the status of the resource: a control whose state is the same as in {@code previous} keeps its time. */
    public List<ControlStatus> statuses(List<ControlStatus> previous, Instant now) {
        return findings.stream().map(finding -> status(finding, previous, now)).toList();
    }

    private static ControlStatus status(Finding finding, List<ControlStatus> previous, Instant now) {
        var control = finding.control();
        var since = previous.stream()
                .filter(status -> status.id().equals(control.id()) && status.state() == finding.state())
                .findFirst()
                .map(ControlStatus::since)
                .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString());
        return new ControlStatus(control.id(), control.title(), finding.state(), shortened(finding.observed()), since);
    }

    private static String shortened(String observed) {
        return observed.length() <= MAX_OBSERVED ? observed : observed.substring(0, MAX_OBSERVED);
    }

    /** The controls in this state. */
    public List<Finding> in(ControlState state) {
        return findings.stream().filter(finding -> finding.state() == state).toList();
    }

    /** The controls that are failed now and were not in {@code previous}. */
    public List<Finding> fallen(List<ControlStatus> previous) {
        return in(ControlState.FAILED).stream()
                .filter(finding -> !wasFailed(finding, previous))
                .toList();
    }

    /** The controls that were failed in {@code previous}, and of which it is known that they are so no more. */
    public List<Finding> returned(List<ControlStatus> previous) {
        return findings.stream()
                .filter(finding -> finding.state() != ControlState.FAILED && finding.state() != ControlState.UNKNOWN)
                .filter(finding -> wasFailed(finding, previous))
                .toList();
    }

    private static boolean wasFailed(Finding finding, List<ControlStatus> previous) {
        return previous.stream()
                .anyMatch(
                        status -> status.id().equals(finding.control().id()) && status.state() == ControlState.FAILED);
    }

    /** Names the controls of {@code findings}, each with what was observed. */
    public static String told(List<Finding> findings) {
        return findings.stream()
                .map(finding -> finding.control() + ": " + finding.observed())
                .collect(Collectors.joining(" "));
    }
}
