package dev.redoubt.cache.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Why a Redis cannot be used, for people and for machines.
 *
 * @param reason one of a closed set; it goes into status and logs
 * @param message one sentence; no secret
 */
public record LinkFailure(Reason reason, String message) {

    /** The closed set of reasons; the constants are spelled as they are shown. */
    public enum Reason {
        /** No attempt has ended yet. */
        Connecting,
        /** The binding is incomplete. */
        BindingIncomplete,
        /** The host name does not resolve. */
        NameUnknown,
        /** Nothing listens there, or the way there is closed. */
        ConnectionRefused,
        /** No answer to the attempt to connect or to log in. */
        ConnectTimeout,
        /** The TLS handshake failed: not TLS, another name, or a certificate that is not trusted. */
        TlsFailed,
        /** User or password are wrong, or the user may not do what the service needs. */
        LoginRefused,
        /** The connection was lost. */
        ConnectionLost,
        /** The connection stands, but answers are overdue. */
        NotAnswering,
        /** The connection stands, but most answers come later than after the timeout. */
        TooSlow,
        /** It is a replica: it takes no writes. */
        ReadOnly,
        /** Its memory is full, and it may not evict: it takes no writes. */
        MemoryFull,
        /** It could not save its data: it takes no writes. */
        PersistenceFailed,
        /** Too few replicas follow it: it takes no writes. */
        NotEnoughReplicas,
        /** Redis answers, but refuses to work: it loads its data, or has lost its master. */
        NotServing,
        /** The service is closing its connections. */
        ShuttingDown,
        /** Something else. */
        Other
    }

    static final LinkFailure CONNECTING = new LinkFailure(Reason.Connecting, "the first connection is being made");
    static final LinkFailure SHUTTING_DOWN = new LinkFailure(Reason.ShuttingDown, "the service is shutting down");

    /** What an error reply to a heartbeat means. */
    static LinkFailure refusedBy(String error) {
        String word = error.split(" ", 2)[0].toUpperCase(Locale.ROOT);
        return switch (word) {
            case "NOAUTH", "WRONGPASS", "NOPERM" ->
                new LinkFailure(Reason.LoginRefused, "Redis refuses the service's user: " + error);
            default -> new LinkFailure(Reason.NotServing, "Redis answers: " + error);
        };
    }

    /** Whether an error reply says that Redis would refuse any other command as well. */
    static boolean meansEverything(String error) {
        return switch (error.split(" ", 2)[0]) {
            case "LOADING", "MASTERDOWN", "CLUSTERDOWN", "BUSY", "NOAUTH" -> true;
            default -> false;
        };
    }

    /** What an error reply tells about writes; null = nothing. */
    static @Nullable LinkFailure ofWriting(String error, String address) {
        return switch (error.split(" ", 2)[0]) {
            case "READONLY" ->
                new LinkFailure(Reason.ReadOnly, address + " is a replica and takes no writes (READONLY)");
            case "OOM" ->
                new LinkFailure(Reason.MemoryFull, address + " is full and may not evict: it takes no writes (OOM)");
            case "MISCONF" ->
                new LinkFailure(
                        Reason.PersistenceFailed, address + " could not save its data: it takes no writes (MISCONF)");
            case "NOREPLICAS" ->
                new LinkFailure(
                        Reason.NotEnoughReplicas, "too few replicas follow " + address + ": it takes no writes");
            default -> null;
        };
    }

    /** What made an attempt to connect fail. */
    static LinkFailure ofConnecting(Throwable thrown, @Nullable RedisEndpoint endpoint) {
        String address = endpoint == null ? "Redis" : endpoint.address();
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            LinkFailure failure = known(cause, address, endpoint);
            if (failure != null) {
                return failure;
            }
        }
        return endpoint == null && thrown instanceof IOException
                ? new LinkFailure(Reason.BindingIncomplete, String.valueOf(thrown.getMessage()))
                : new LinkFailure(
                        Reason.Other, address + ": " + thrown.getClass().getSimpleName() + ": " + rootMessage(thrown));
    }

    private static @Nullable LinkFailure known(Throwable cause, String address, @Nullable RedisEndpoint endpoint) {
        return switch (cause) {
            case UnknownHostException e ->
                new LinkFailure(Reason.NameUnknown, "the name in " + address + " does not resolve");
            case ConnectTimeoutException _ -> timeout(address);
            case io.lettuce.core.RedisCommandTimeoutException _ -> timeout(address);
            case TimeoutException _ -> timeout(address);
            case SslHandshakeTimeoutException _ -> timeout(address);
            case ConnectException _ -> new LinkFailure(Reason.ConnectionRefused, "nothing listens at " + address);
            case NoRouteToHostException e ->
                new LinkFailure(Reason.ConnectionRefused, "there is no route to " + address);
            case SSLException e ->
                new LinkFailure(Reason.TlsFailed, "TLS with " + address + " failed: " + rootMessage(e));
            case RedisCommandExecutionException e -> loginRefused(String.valueOf(e.getMessage()), endpoint);
            default -> null;
        };
    }

    private static LinkFailure loginRefused(String error, @Nullable RedisEndpoint endpoint) {
        LinkFailure refusal = refusedBy(error);
        return refusal.reason() == Reason.LoginRefused && endpoint != null
                ? new LinkFailure(
                        Reason.LoginRefused, endpoint.address() + " refuses user " + endpoint.user() + ": " + error)
                : refusal;
    }

    private static LinkFailure timeout(String address) {
        return new LinkFailure(Reason.ConnectTimeout, address + " does not answer");
    }

    private static String rootMessage(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage()).lines().findFirst().orElse("no message");
    }
}
