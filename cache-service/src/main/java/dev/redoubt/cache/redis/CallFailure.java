package dev.redoubt.cache.redis;

/** Why a command got no answer from Redis. */
public enum CallFailure {
    /** The link is known to be down: the command was not sent. */
    LINK_DOWN,
    /** As many commands as the setting allows are on their way: the command was not sent. */
    QUEUE_FULL,
    /** The answer did not come in time; the command may have been carried out. */
    TIMEOUT,
    /** The connection broke before the answer; the command may have been carried out. */
    CONNECTION_LOST
}
