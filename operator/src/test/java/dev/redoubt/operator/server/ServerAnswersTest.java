package dev.redoubt.operator.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.operator.server.ServerHealth.Answering;
import dev.redoubt.operator.server.ServerHealth.Failure;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisLoadingException;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.security.cert.CertificateException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ServerAnswersTest {

    @Test
    void redisSaysItsVersion() {
        var info = ServerInfo.parse("# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\nrun_id:abc\r\n");

        assertThat(info.answering()).isEqualTo(new Answering("7.0.15", "abc"));
    }

    @Test
    void valkeySaysItsOwnBesideTheOneItIsCompatibleWith() {
        var info = ServerInfo.parse(
                "# Server\r\nredis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.1.1\r\nrun_id:abc\r\n");

        assertThat(info.answering()).isEqualTo(new Answering("8.1.1", "abc"));
    }

    @Test
    void aValueMayHoldColons() {
        assertThat(ServerInfo.parse("config_file:/a:b\n").values()).containsEntry("config_file", "/a:b");
        assertThat(ServerInfo.parse("").answering()).isEqualTo(new Answering("", ""));
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new ConnectException("Connection refused"), Failure.REFUSED),
                Arguments.of(new ConnectTimeoutException("timed out"), Failure.NO_ANSWER),
                Arguments.of(new NoRouteToHostException("no route"), Failure.NO_ANSWER),
                Arguments.of(new RedisCommandTimeoutException("1 s"), Failure.NO_ANSWER),
                Arguments.of(new TimeoutException("1 s"), Failure.NO_ANSWER),
                Arguments.of(new SslHandshakeTimeoutException("1 s"), Failure.NO_ANSWER),
                Arguments.of(new RedisLoadingException("LOADING Redis is loading"), Failure.LOADING),
                Arguments.of(
                        new RedisConnectionException("DENIED Redis is running in protected mode because"),
                        Failure.PROTECTED),
                Arguments.of(new SSLHandshakeException("No subject alternative name"), Failure.NOT_TRUSTED),
                Arguments.of(new CertificateException("expired"), Failure.NOT_TRUSTED),
                Arguments.of(new RedisCommandExecutionException("WRONGPASS invalid"), Failure.LOGIN_REFUSED),
                Arguments.of(new RedisCommandExecutionException("NOAUTH required"), Failure.LOGIN_REFUSED),
                Arguments.of(new RedisCommandExecutionException("NOPERM no"), Failure.LOGIN_REFUSED),
                Arguments.of(new RedisCommandExecutionException("ERR other"), Failure.BROKEN),
                Arguments.of(new IOException("Connection reset by peer"), Failure.BROKEN));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void anExceptionIsOneFailureHoweverItIsWrapped(Throwable thrown, Failure failure) {
        var wrapped = new CompletionException(new RedisConnectionException("Unable to connect", thrown));

        assertThat(Failures.of(thrown)).isEqualTo(failure);
        assertThat(Failures.of(wrapped)).isEqualTo(failure);
    }
}
