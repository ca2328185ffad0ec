package dev.redoubt.operator.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WriteStateTest {
    @ParameterizedTest
    @CsvSource({
        "'', SUCCEED",
        "'aof_enabled:1 aof_last_write_status:ok aof_last_bgrewrite_status:ok rdb_last_bgsave_status:ok', SUCCEED",
        "'aof_enabled:1 aof_last_write_status:err aof_last_bgrewrite_status:err rdb_last_bgsave_status:err', APPEND_FAILS",
        "'aof_enabled:1 aof_last_write_status:ok aof_last_bgrewrite_status:err rdb_last_bgsave_status:err', SNAPSHOT_FAILS",
        "'aof_enabled:1 aof_last_write_status:ok aof_last_bgrewrite_status:err', REWRITE_FAILS",
        // Left from when it was on.
        "'aof_enabled:0 aof_last_write_status:err aof_last_bgrewrite_status:err', SUCCEED"
    })
    void whatMattersMostIsSaid(String info, WriteState state) {
        assertThat(WriteState.of(lines(info))).isEqualTo(state);
    }

    private static Map<String, String> lines(String info) {
        return Stream.of(info.split(" "))
                .filter(line -> line.contains(":"))
                .map(line -> line.split(":"))
                .collect(Collectors.toMap(line -> line[0], line -> line[1]));
    }
}
