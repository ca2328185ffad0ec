package dev.redoubt.operator.server;

import dev.redoubt.operator.server.ServerHealth.Failure;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisLoadingException;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.security.cert.CertificateException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** From an exception of the client to the one thing that went wrong. */
final class Failures {
    private static final int MAX_DEPTH = 20;

    private Failures() {}

    static Failure of(Throwable thrown) {
        return causes(thrown)
                .flatMap(cause -> named(cause).stream())
                .findFirst()
                .orElse(Failure.BROKEN);
    }

    /** The exception, what caused it, and so on. */
    static Stream<Throwable> causes(Throwable thrown) {
        return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause).limit(MAX_DEPTH);
    }

    private static Optional<Failure> named(Throwable cause) {
        return switch (cause) {
            case RedisLoadingException _ -> Optional.of(Failure.LOADING);
            case RedisException e
            when String.valueOf(e.getMessage()).startsWith("DENIED") -> Optional.of(Failure.PROTECTED);
            case RedisCommandExecutionException e when isLoginRefusal(e) -> Optional.of(Failure.LOGIN_REFUSED);
            case RedisCommandTimeoutException _ -> Optional.of(Failure.NO_ANSWER);
            case TimeoutException _ -> Optional.of(Failure.NO_ANSWER);
            // A kind of ConnectException, so it has to come first.
            case ConnectTimeoutException _ -> Optional.of(Failure.NO_ANSWER);
            case ConnectException _ -> Optional.of(Failure.REFUSED);
            case NoRouteToHostException _ -> Optional.of(Failure.NO_ANSWER);
            // A kind of SSLException, so it has to come first.
            case SslHandshakeTimeoutException _ -> Optional.of(Failure.NO_ANSWER);
            case SSLException _ -> Optional.of(Failure.NOT_TRUSTED);
            case CertificateException _ -> Optional.of(Failure.NOT_TRUSTED);
            default -> Optional.empty();
        };
    }

    /** Whether the server refused a command because it cannot persist what it would change. */
    static boolean isOfFullVolume(Throwable thrown) {
        return causes(thrown)
                .filter(RedisCommandExecutionException.class::isInstance)
                .anyMatch(cause -> String.valueOf(cause.getMessage()).startsWith("MISCONF"));
    }

    private static boolean isLoginRefusal(RedisCommandExecutionException refusal) {
        var message = String.valueOf(refusal.getMessage());
        return Stream.of("WRONGPASS", "NOAUTH", "NOPERM").anyMatch(message::startsWith);
    }
}
