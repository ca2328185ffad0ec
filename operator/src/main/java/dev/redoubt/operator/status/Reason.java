package dev.redoubt.operator.status;

/**
 * Every reason that a condition can have. Each has a section of the same name in {@code docs/troubleshooting.md}, which a test
 * checks.
 */
public enum Reason {
    /** It does what it is for. */
    Available(Kind.DONE),
    /** Its objects were made or changed a moment ago. */
    Progressing(Kind.PROGRESS),
    /** The pod exists but runs on no node, or its volume or image is not there yet. */
    PodPending(Kind.PROGRESS),
    /** The image cannot be pulled. */
    ImageUnavailable(Kind.PROGRESS),
    /** The server's process ends again and again. */
    CrashLooping(Kind.PROGRESS),
    /** The pod runs, and its own probe says that it is not ready. */
    PodNotReady(Kind.PROGRESS),
    /** The operator deleted the pod so that it starts with what changed. */
    Restarting(Kind.PROGRESS),
    /** The operator cannot reach the server, or is not let in. */
    ServerUnreachable(Kind.PROGRESS),
    /** The server is reading its data. */
    Loading(Kind.PROGRESS),
    /** The volume is being made larger. */
    StorageGrowing(Kind.PROGRESS),
    /** The server serves, and has not taken over all of its parameters. */
    ConfigurationPending(Kind.PROGRESS),
    /** Objects of a deleted resource of the same name are still there. */
    WaitingForDeletion(Kind.PROGRESS),
    /** A Redis that this resource names does not exist or is not ready. */
    WaitingForRedis(Kind.PROGRESS),
    /** Not all replicas run what the specification says. */
    RollingOut(Kind.PROGRESS),
    /** An API key's Secret does not exist, or the operator may not read it. */
    SecretNotFound(Kind.PROGRESS),
    /** The Kubernetes API refused something; the operator tries again. */
    ApiError(Kind.PROGRESS),
    /** Every hardening control was probed, and each holds, is waived by the specification, or does not apply. */
    ControlsEnforced(Kind.DONE),
    /** At least one hardening control does not hold. */
    ControlFailed(Kind.DONE),
    /** At least one hardening control could not be probed, and none was found broken; or the memory of the server is not known. */
    NotProbed(Kind.DONE),
    /** The memory of the server is neither full nor fragmented, and few keys are evicted. */
    MemorySufficient(Kind.DONE),
    /** The data has reached its bound, and nothing can be evicted: writes are refused. */
    MemoryFull(Kind.DONE),
    /** The server evicts more keys than is usual. */
    Evicting(Kind.DONE),
    /** The server's process holds far more memory than its data needs. */
    Fragmented(Kind.DONE),
    /** The certificate that is served is the one that the specification asks for, and will not end soon. */
    CertificateCurrent(Kind.DONE),
    /** A certificate that was given ends soon. */
    CertificateExpiresSoon(Kind.DONE),
    /** Clients are told of a new authority before a certificate of it is served. */
    AuthorityPublished(Kind.DONE),
    /** The Secret of a certificate that was given does not exist, or the operator may not read it. */
    CertificateMissing(Kind.PROGRESS),
    /** A certificate that was given, its key or its authority cannot be read. */
    CertificateUnreadable(Kind.PROGRESS),
    /** The key that was given is not the certificate's. */
    CertificateMismatched(Kind.PROGRESS),
    /** A certificate that was given has ended. */
    CertificateExpired(Kind.PROGRESS),
    /** A certificate that was given has not begun. */
    CertificateNotYetValid(Kind.PROGRESS),
    /** A certificate that was given is not for the names that clients dial. */
    CertificateNamesMissing(Kind.PROGRESS),
    /** A certificate that was given is not verified by the authority that came with it. */
    CertificateUntrusted(Kind.PROGRESS),
    /** cert-manager has not issued the certificate yet. */
    CertificatePending(Kind.PROGRESS),
    /** The cluster has no cert-manager, or the operator may not use it. */
    CertManagerMissing(Kind.PROGRESS),
    /** The specification asks for no replica. */
    ScaledToZero(Kind.DONE),
    /** Somebody has told the operator to change nothing. */
    Paused(Kind.DONE),
    /** An object of a name that the operator needs belongs to somebody else. */
    NameConflict(Kind.STALLED),
    /** The specification contradicts itself. */
    InvalidSpec(Kind.STALLED),
    /** The specification asks for something that this version of the operator does not know. */
    Unsupported(Kind.STALLED),
    /** The volume cannot be made larger. */
    StorageNotExpandable(Kind.STALLED);

    private enum Kind {
        DONE,
        PROGRESS,
        STALLED
    }

    private final Kind kind;

    Reason(Kind kind) {
        this.kind = kind;
    }

    /** Whether it will get better by itself, or when what it waits for comes. */
    public boolean isProgress() {
        return kind == Kind.PROGRESS;
    }

    /** Whether somebody has to change something first. */
    public boolean isStalled() {
        return kind == Kind.STALLED;
    }
}
