package dev.redoubt.cache.region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class StoredValueTest {

    private static final long CREATED = 1_700_000_000_123L;
    private static final long VERSION = 0x0123456789abcdefL;

    @Test
    void isReadAsItWasWritten() {
        StoredValue read = StoredValue.read(stored("text/plain; charset=utf-8", "héllo"));
        assertThat(read.createdAt()).isEqualTo(CREATED);
        assertThat(read.ttl()).isEqualTo(10_000);
        assertThat(read.contentType()).isEqualTo("text/plain; charset=utf-8");
        assertThat(new String(read.body(), StandardCharsets.UTF_8)).isEqualTo("héllo");
    }

    /** Values outlive releases: these bytes must never mean something else. */
    @Test
    void hasTheDocumentedLayout() {
        assertThat(HexFormat.of().formatHex(bytes(stored("a/b", "xy"))))
                .isEqualTo("02" + "0123456789abcdef" + "0000018bcfe5687b" + "0000000000002710" + "03" + "612f62" + "00"
                        + "7879");
    }

    @Test
    void holdsTheTagsThatAScriptWrites() {
        byte[] stored = HexFormat.of()
                .parseHex("02" + "0123456789abcdef" + "0000018bcfe5687b" + "0000000000002710" + "00" + "02" + "0161"
                        + "0000000000000001" + "026262" + "ffffffffffffffff" + "7879");
        StoredValue read = StoredValue.read(ByteBuffer.wrap(stored));
        assertThat(read.tags()).containsExactly(new StoredValue.Tag("a", 1), new StoredValue.Tag("bb", -1));
        assertThat(new String(read.body(), StandardCharsets.UTF_8)).isEqualTo("xy");
        assertThat(read.version()).isEqualTo(VERSION);
        assertThat(ETag.of(read.version())).isEqualTo("\"0123456789abcdef\"");
    }

    @Test
    void mayBeEmptyAndUntyped() {
        StoredValue read = StoredValue.read(stored("", ""));
        assertThat(read.contentType()).isEmpty();
        assertThat(read.body()).isEmpty();
    }

    @Test
    void holdsTheLongestContentType() {
        String longest = "x".repeat(StoredValue.MAX_CONTENT_TYPE);
        assertThat(StoredValue.read(stored(longest, "b")).contentType()).isEqualTo(longest);
        assertThatThrownBy(() -> StoredValue.head(0, 0, 0, longest + "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void isNotReadFromForeignBytes() {
        byte[] whole = bytes(stored("text/plain", "hello"));
        for (int length = 0; length < 26 + 11; length++) {
            assertThat(StoredValue.read(ByteBuffer.wrap(whole, 0, length)))
                    .as("first %d bytes", length)
                    .isNull();
        }
        whole[0] = 1;
        assertThat(StoredValue.read(ByteBuffer.wrap(whole))).isNull();
        assertThat(StoredValue.read(ByteBuffer.wrap("a string of another program".getBytes(StandardCharsets.UTF_8))))
                .isNull();
    }

    @Test
    void tellsAgeAndRest() {
        StoredValue value = StoredValue.read(stored("", ""));
        assertThat(value.age(CREATED + 3_999)).isEqualTo(3);
        assertThat(value.left(CREATED + 3_999)).isEqualTo(6);
        assertThat(value.age(CREATED - 60_000)).isZero();
        assertThat(value.left(CREATED - 60_000)).isEqualTo(10);
        assertThat(value.age(CREATED + 60_000)).isEqualTo(60);
        assertThat(value.isFresh(CREATED + 9_999)).isTrue();
        assertThat(value.isFresh(CREATED + 10_000)).isFalse();
        assertThat(value.left(CREATED + 60_000)).isZero();
    }

    private static ByteBuffer stored(String contentType, String body) {
        byte[] head = StoredValue.head(VERSION, CREATED, 10_000, contentType);
        byte[] tail = body.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(head.length + tail.length)
                .put(head)
                .put(tail)
                .flip();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
