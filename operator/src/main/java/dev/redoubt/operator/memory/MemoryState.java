package dev.redoubt.operator.memory;

/** How the memory of a server is; what matters most, if several are true. */
public enum MemoryState {
    /** None of the others. */
    HEALTHY,
    /** The data has reached its bound and nothing can be evicted: writes are refused, or soon will be. */
    FULL,
    /** Keys are evicted faster than the settings call usual. */
    EVICTING,
    /** The process holds far more memory than its data needs. */
    FRAGMENTED,
    /** The server does not answer. */
    UNKNOWN
}
