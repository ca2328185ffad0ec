package dev.redoubt.operator.settings;

/** The settings cannot be used; the message says which key is wrong and what to write instead. */
public final class InvalidSettingsException extends RuntimeException {
    public InvalidSettingsException(String message) {
        super(message);
    }
}
