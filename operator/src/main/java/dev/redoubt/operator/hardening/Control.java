package dev.redoubt.operator.hardening;

/**
 * Every hardening control of a Redis. {@code docs/security.md} has a section for each, which a test checks. H10, fenced writes,
 * comes with the topology that replicates.
 */
public enum Control {
    /** Nobody gets in without a password; the built-in user is off; there are no users but ours. */
    AUTH_REQUIRED("H1", "AuthRequired"),
    /** Each user has the rights that it needs, and not one more. */
    LEAST_PRIVILEGE("H2", "LeastPrivilege"),
    /** TLS 1.2 or newer, and nothing else. */
    ENCRYPTED_TRANSPORT("H3", "EncryptedTransport"),
    /** The network lets nobody in but who is invited. */
    NETWORK_ISOLATED("H4", "NetworkIsolated"),
    /** Passwords and keys are in Secrets and mounted files, and nowhere else. */
    SECRETS_CONTAINED("H5", "SecretsContained"),
    /** The pod has no right on its node. */
    RESTRICTED_POD("H6", "RestrictedPod"),
    /** What can turn the server against its owner is locked. */
    DANGEROUS_CONFIG_LOCKED("H7", "DangerousConfigLocked"),
    /** What was written survives a crash, and what cannot be kept is not accepted. */
    DURABLE_WRITES("H8", "DurableWrites"),
    /** Data and clients have bounds, and the container has room for both. */
    MEMORY_BOUNDED("H9", "MemoryBounded"),
    /** A drain of a node takes no more servers than the topology can spare. */
    DISRUPTION_SAFE("H11", "DisruptionSafe"),
    /** What runs is the version that was asked for. */
    PINNED_IMAGE("H12", "PinnedImage"),
    /** The server presents the certificate that was issued for it last. */
    FRESH_CERTIFICATES("H13", "FreshCertificates"),
    /** The server knows the passwords of now, and no others. */
    FRESH_CREDENTIALS("H14", "FreshCredentials");

    private final String id;
    private final String title;

    Control(String id, String title) {
        this.id = id;
        this.title = title;
    }

    /** Such as H1. */
    public String id() {
        return id;
    }

    /** Such as AuthRequired. */
    public String title() {
        return title;
    }

    @Override
    public String toString() {
        return id + " " + title;
    }
}
