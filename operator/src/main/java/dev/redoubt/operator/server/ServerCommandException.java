package dev.redoubt.operator.server;

/** A command to a server failed or was not answered in time. Names the command, never its arguments. */
public final class ServerCommandException extends RuntimeException {
    public ServerCommandException(String message, Throwable cause) {
        super(message, cause);
    }
}
