package dev.redoubt.operator.redis;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIf;

/** On tests that start a {@code redis-server} on the loopback interface; without the program they are skipped, and say so. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIf(
        value = "dev.redoubt.operator.redis.LocalRedis#isInstalled",
        disabledReason = "no redis-server and redis-cli in PATH (Debian: apt-get install redis-server)")
public @interface RealServer {}
