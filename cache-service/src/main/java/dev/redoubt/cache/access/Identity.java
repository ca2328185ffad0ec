package dev.redoubt.cache.access;

/** Who is asking, as far as it is known. */
public sealed interface Identity {

    /** A client. */
    record Known(Client client) implements Identity {}

    /** Nobody who is let in. */
    record Unknown(Denial why) implements Identity {}

    /** The holder of a token that nobody has looked at yet: {@link Tokens#verify} does. */
    record Unverified(Tokens tokens, KeyHash hash, String token) implements Identity {}

    /** Too many unknown tokens wait already. */
    record Busy() implements Identity {}
}
