package dev.redoubt.operator.sizing;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;

/**
 * How large the volume of a Redis has to be.
 *
 * <p>The append-only file is rewritten when it has doubled since the last rewrite, and the new base is written beside the old
 * files: {@value #AOF_COPIES} times the data (base, as much again of increments, the new base, and as much again for what is
 * written meanwhile). A snapshot is written beside the one that it replaces: {@value #SNAPSHOT_COPIES} times the data.
 */
public final class StorageSize {
    private static final long GIB = 1L << 30;
    static final int AOF_COPIES = 4;
    static final int SNAPSHOT_COPIES = 2;

    private StorageSize() {}

    /** The size for {@code maxMemory} bytes of data, rounded up to a whole GiB, at least one. */
    public static Quantity derived(long maxMemory, boolean appendOnly, boolean snapshots) {
        var copies = (appendOnly ? AOF_COPIES : 0) + (snapshots ? SNAPSHOT_COPIES : 0);
        return new Quantity(Math.max(1, Math.ceilDiv(maxMemory * copies, GIB)) + "Gi");
    }

    /** The larger of two sizes, as it was written; the first if they are equal. */
    public static Quantity larger(Quantity first, Quantity second) {
        return bytes(second).compareTo(bytes(first)) > 0 ? second : first;
    }

    private static BigDecimal bytes(Quantity quantity) {
        return quantity.getNumericalAmount();
    }
}
