package dev.redoubt.cache.problem;

/**
 * Every reason for which the service refuses a request. No client can bring about a 5xx by what it sends: those are about the
 * service. The code is the contract: it never changes its meaning, and a client
 * decides by it, not by the text. Described one by one in {@code docs/cache-service.md}.
 */
public enum ProblemType {
    /** The request is not HTTP as the RFCs have it. */
    REQUEST_MALFORMED(400, "request-malformed", "The request is malformed", false),
    /** The key is empty, too long, or not correctly percent-encoded. */
    KEY_INVALID(400, "key-invalid", "The key is not valid", false),
    /** A query parameter is unknown, repeated, or its value is out of bounds. */
    PARAMETER_INVALID(400, "parameter-invalid", "A query parameter is not valid", false),
    /** The JSON document of the request is not what it should be. */
    DOCUMENT_INVALID(400, "document-invalid", "The document is not valid", false),
    /** A header of the request cannot be accepted. */
    HEADER_INVALID(400, "header-invalid", "A header is not valid", false),
    /** The body is not what the operation takes. */
    BODY_INVALID(400, "body-invalid", "The body cannot be used", false),
    /** No API key or token, or one that proves nothing. */
    UNAUTHORIZED(401, "unauthorized", "A valid API key or token is required", false),
    /** The API key or token is valid, and its client has no grant for this. */
    FORBIDDEN(403, "forbidden", "This client has no grant for this", false),
    /** The key is not in the cache. */
    CACHE_MISS(404, "cache-miss", "The key is not in the cache", false),
    /** There is no such region in the configuration. */
    REGION_UNKNOWN(404, "region-unknown", "There is no such region", false),
    /** There is no such rate limit in the configuration. */
    LIMIT_UNKNOWN(404, "limit-unknown", "There is no such rate limit", false),
    /** Nothing is served under this path. */
    NOT_FOUND(404, "not-found", "There is nothing under this path", false),
    /** The resource exists, the method does not apply to it. */
    METHOD_NOT_ALLOWED(405, "method-not-allowed", "The method is not allowed here", false),
    /** The request did not arrive completely in time. */
    REQUEST_TIMEOUT(408, "request-timeout", "The request did not arrive in time", true),
    /** The value is not a number that can be counted with. */
    NOT_A_COUNTER(409, "not-a-counter", "The value is not a counter", false),
    /** The value is not what {@code If-Match} or {@code If-None-Match} wants. */
    PRECONDITION_FAILED(412, "precondition-failed", "The precondition does not hold", false),
    /** The lease that a value was loaded under does not stand any more. */
    LEASE_LOST(412, "lease-lost", "The lease is gone", false),
    /** The value is larger than the service accepts. */
    VALUE_TOO_LARGE(413, "value-too-large", "The value is too large", false),
    /** The request line is longer than the service accepts. */
    URI_TOO_LONG(414, "uri-too-long", "The request line is too long", false),
    /** The value is content-encoded, which the service does not keep. */
    ENCODING_UNSUPPORTED(415, "encoding-unsupported", "Encoded content is not stored", false),
    /** An {@code Expect} header that is not {@code 100-continue}. */
    EXPECTATION_FAILED(417, "expectation-failed", "The expectation cannot be met", false),
    /** The header fields are larger than the service accepts. */
    HEADERS_TOO_LARGE(431, "headers-too-large", "The header fields are too large", false),
    /** The tokens that were asked for are not in the bucket. */
    QUOTA_EXCEEDED(429, "quota-exceeded", "The rate limit is reached", true),
    /** A fault of the service itself. */
    INTERNAL_ERROR(500, "internal-error", "The service failed", true),
    /** So many unknown tokens come that this one was not looked at. */
    AUTHENTICATION_BUSY(503, "authentication-busy", "Too many unknown tokens are being verified", true),
    /** Redis cannot be asked, or did not answer in time: nobody knows whether the key is in the cache. */
    CACHE_UNAVAILABLE(503, "cache-unavailable", "The cache cannot be reached", true),
    /** Redis can be read from, and takes no writes. */
    WRITES_REFUSED(503, "writes-refused", "The cache takes no writes at the moment", true),
    /** Redis cannot be asked about a rate limit, and nobody else may decide. */
    TEMPORARY_REDUCED_CAPACITY(503, "temporary-reduced-capacity", "The rate limit cannot be decided", true),
    /** Redis is full and may not evict. */
    CACHE_FULL(507, "cache-full", "The cache is full", true);

    private final int status;
    private final String code;
    private final String title;
    private final boolean retryable;

    ProblemType(int status, String code, String title, boolean retryable) {
        this.status = status;
        this.code = code;
        this.title = title;
        this.retryable = retryable;
    }

    /** The HTTP status that goes with it. */
    public int status() {
        return status;
    }

    /** The stable, machine-readable code. */
    public String code() {
        return code;
    }

    /** One human sentence, the same for every occurrence. */
    public String title() {
        return title;
    }

    /** Whether the same request may succeed later with nothing changed. */
    public boolean retryable() {
        return retryable;
    }

    /** The problem type URI: the section of the documentation that explains the code. */
    public String uri() {
        return "https://redoubt.dev/problems/" + code;
    }
}
