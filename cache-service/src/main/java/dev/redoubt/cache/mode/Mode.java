package dev.redoubt.cache.mode;

/** How well the service can work with one Redis; worse ones come later. */
public enum Mode {
    /** Everything is asked of Redis, and answered in time. */
    NORMAL,
    /** Redis is there again, for some of the event loops or with deletes still to be carried out. */
    RECOVERING,
    /** Something went wrong lately, or some of the event loops have no connection: requests are still sent, and some fail. */
    SUSPECT,
    /** Redis cannot be asked, or refuses writes: what that affects is answered at once, without it. */
    DEGRADED
}
