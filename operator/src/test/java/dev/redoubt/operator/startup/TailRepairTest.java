package dev.redoubt.operator.startup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TailRepairTest {
    private static final String STARTED = "2026-01-01T00:00:00Z";

    /** As redis 7.0 and 8.0 and valkey 8.1 write it. */
    @ParameterizedTest
    @ValueSource(strings = {"#", "*"})
    void theLogOfAStartTellsWhereTheFileWasCutOff(String level) {
        var log = """
                9496:M 26 Nov 2026 22:59:17.478 * DB loaded from base file appendonly.aof.1.base.rdb: 0.000 seconds
                9496:M 26 Nov 2026 22:59:17.478 %1$s !!! Warning: short read while loading the AOF file appendonly.aof.1.incr.aof!!!
                9496:M 26 Nov 2026 22:59:17.478 %1$s !!! Truncating the AOF appendonly.aof.1.incr.aof at offset 203 !!!
                9496:M 26 Nov 2026 22:59:17.478 %1$s AOF appendonly.aof.1.incr.aof loaded anyway because aof-load-truncated is enabled
                """.formatted(level);

        assertThat(TailRepair.in(log, STARTED)).hasValue(new TailRepair("appendonly.aof.1.incr.aof", 203, STARTED));
    }

    @Test
    void aStartLikeAnyOtherTellsNothing() {
        assertThat(TailRepair.in("9496:M 26 Nov 2026 22:59:17.478 * Ready to accept connections", STARTED))
                .isEmpty();
    }
}
