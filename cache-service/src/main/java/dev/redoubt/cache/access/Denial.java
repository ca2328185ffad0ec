package dev.redoubt.cache.access;

/** Every reason for which somebody is not let in; a label of the metric of denials, and so a closed set. */
public enum Denial {
    /** There is no Authorization header, or it has another scheme than Bearer. */
    NO_CREDENTIAL("Send an API key or a ServiceAccount token: Authorization: Bearer <key or token>."),
    /** It is neither the key of a client nor a token. */
    UNKNOWN_KEY("No client has this API key."),
    /** It is longer than any key or token. */
    TOO_LONG("The credential is longer than any key or token."),
    /** It is not a signed token. */
    TOKEN_MALFORMED("The token is not a signed JSON Web Token."),
    /** It is signed with something else than RS256 or ES256. */
    TOKEN_ALGORITHM("The token is not signed with RS256 or ES256."),
    /** No key of the cluster has the identifier that the token names. */
    TOKEN_SIGNING_KEY("The token is signed with a key that this service does not know."),
    /** The signature is not of that key. */
    TOKEN_SIGNATURE("The signature of the token is wrong."),
    /** Another cluster made it. */
    TOKEN_ISSUER("The token is from another issuer."),
    /** It is meant for another service. */
    TOKEN_AUDIENCE("The token is for another audience: request one with the audience of this service."),
    /** Its time is over. */
    TOKEN_EXPIRED("The token is expired: read the mounted file again, which the kubelet renews."),
    /** Its time has not come. */
    TOKEN_NOT_YET_VALID("The token is not valid yet: do the clocks agree?"),
    /** It is not about a ServiceAccount. */
    TOKEN_SUBJECT("The token is not of a ServiceAccount."),
    /** The ServiceAccount is genuine, and no client of this service. */
    NOT_A_CLIENT("This ServiceAccount is no client of the service: add it to clients."),
    /** The client is known, and was not granted this. */
    NOT_GRANTED("The client has no grant for this.");

    private final String detail;

    Denial(String detail) {
        this.detail = detail;
    }

    /** What to tell whoever sent it. */
    public String detail() {
        return detail;
    }

    /** Whether they are known, and only may not do this: 403, not 401. */
    public boolean isForbidden() {
        return this == NOT_A_CLIENT || this == NOT_GRANTED;
    }

    /** Whether it was a token that was refused, as RFC 6750 has it. */
    public boolean isInvalidToken() {
        return !isForbidden() && this != NO_CREDENTIAL;
    }
}
