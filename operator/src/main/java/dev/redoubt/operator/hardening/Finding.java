package dev.redoubt.operator.hardening;

import dev.redoubt.api.v1alpha1.ControlState;
import java.util.List;

/**
 * What a probe found of one control.
 *
 * @param observed one sentence; the same facts give the same words, so that a status is not rewritten
 */
public record Finding(Control control, ControlState state, String observed) {
    static Finding enforced(Control control, String observed) {
        return new Finding(control, ControlState.ENFORCED, observed);
    }

    static Finding failed(Control control, String observed) {
        return new Finding(control, ControlState.FAILED, observed);
    }

    static Finding waived(Control control, String observed) {
        return new Finding(control, ControlState.WAIVED, observed);
    }

    static Finding notApplicable(Control control, String observed) {
        return new Finding(control, ControlState.NOT_APPLICABLE, observed);
    }

    static Finding unknown(Control control, String observed) {
        return new Finding(control, ControlState.UNKNOWN, observed);
    }

    /** Failed for every one of {@code complaints}; enforced, with {@code otherwise}, if there is none. */
    static Finding of(Control control, List<String> complaints, String otherwise) {
        return complaints.isEmpty()
                ? enforced(control, otherwise)
                : failed(control, String.join("; ", complaints) + ".");
    }
}
