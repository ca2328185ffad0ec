package dev.redoubt.cache.region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class StoredValueTest {

    private static final long CREATED = 1_700_000_000_123L;

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
                .isEqualTo("01" + "0000018bcfe5687b" + "0000000000002710" + "03" + "612f62" + "7879");
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
        assertThatThrownBy(() -> StoredValue.head(0, 0, longest + "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void isNotReadFromForeignBytes() {
        byte[] whole = bytes(stored("text/plain", "hello"));
        for (int length = 0; length < 18 + 10; length++) {
            assertThat(StoredValue.read(ByteBuffer.wrap(whole, 0, length)))
                    .as("first %d bytes", length)
                    .isNull();
        }
        whole[0] = 2;
        assertThat(StoredValue.read(ByteBuffer.wrap(whole))).isNull();
        assertThat(StoredValue.read(ByteBuffer.wrap("a string of another program".getBytes(StandardCharsets.UTF_8))))
                .isNull();
    }

    @Test
    void tellsAgeAndRestWithinTheTtlWhateverTheClocksSay() {
        StoredValue value = StoredValue.read(stored("", ""));
        assertThat(value.age(CREATED + 3_999)).isEqualTo(3);
        assertThat(value.left(CREATED + 3_999)).isEqualTo(6);
        assertThat(value.age(CREATED - 60_000)).isZero();
        assertThat(value.left(CREATED - 60_000)).isEqualTo(10);
        assertThat(value.age(CREATED + 60_000)).isEqualTo(10);
        assertThat(value.left(CREATED + 60_000)).isZero();
    }

    private static ByteBuffer stored(String contentType, String body) {
        byte[] head = StoredValue.head(CREATED, 10_000, contentType);
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
