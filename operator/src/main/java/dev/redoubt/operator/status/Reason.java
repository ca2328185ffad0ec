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
    /** The kernel ended a process that needed more memory than its container has. */
    OOMKilled(Kind.PROGRESS),
    /** The cluster refuses to make the pod or its volume: a quota, an admission policy. */
    PodRefused(Kind.PROGRESS),
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
    /** The server serves, and has not taken over all of its parameters; or a cache service its configuration. */
    ConfigurationPending(Kind.PROGRESS),
    /** Objects of a deleted resource of the same name are still there. */
    WaitingForDeletion(Kind.PROGRESS),
    /** A Redis that this resource names does not exist or is not ready. */
    WaitingForRedis(Kind.PROGRESS),
    /** The running server does not have the user yet. */
    UserPending(Kind.PROGRESS),
    /** Not all replicas run what the specification says. */
    RollingOut(Kind.PROGRESS),
    /** A Secret that the specification names does not exist, or the operator may not read it. */
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
    /** The server knows the passwords that clients are given, and no others. */
    PasswordsCurrent(Kind.DONE),
    /** Passwords are being replaced; the old and the new ones log in. */
    Rotating(Kind.DONE),
    /** The password that somebody has brought along is missing in its Secret, too short, or written with other characters than it may. */
    PasswordUnusable(Kind.STALLED),
    /** The server has every parameter that the specification asks for; or every replica of a cache service its configuration. */
    ConfigurationInForce(Kind.DONE),
    /** The volume is there, and what was written last is on it. */
    VolumeBound(Kind.DONE),
    /** The volume is not there yet. */
    VolumePending(Kind.DONE),
    /** The volume is gone, and with it the data. */
    VolumeLost(Kind.DONE),
    /** The server cannot write its append-only file, and refuses writes. */
    WritesFail(Kind.DONE),
    /** The append-only file cannot be made shorter, and so grows. */
    RewriteFails(Kind.DONE),
    /** The last snapshot failed, and the server refuses writes. */
    SnapshotFails(Kind.DONE),
    /** The server cut off the incomplete end of its append-only file when it started. */
    AppendOnlyFileRepaired(Kind.DONE),
    /** The cache service has the keys that it needs to verify ServiceAccount tokens. */
    TokenKeysPublished(Kind.DONE),
    /** The API server does not say with which keys it signs ServiceAccount tokens. */
    TokenKeysUnreadable(Kind.DONE),
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
    /** The Redis of the rate limits may evict their buckets. */
    StateMayBeEvicted(Kind.STALLED),
    /** The running server would let a user do what no RedisUser may, or does not take its rules. */
    RightsRefused(Kind.STALLED),
    /** The specification asks for something that this version of the operator does not know. */
    Unsupported(Kind.STALLED),
    /** The volume cannot be made larger. */
    StorageNotExpandable(Kind.STALLED),
    /** The image has no program to start, or none for this machine. */
    ImageUnusable(Kind.STALLED),
    /** The server does not start with its configuration, its users or its certificate; or a cache service goes on with an older configuration. */
    ConfigurationRefused(Kind.STALLED),
    /** The append-only file is broken, and not only at its end: the server does not start with it. */
    AppendOnlyFileCorrupt(Kind.STALLED),
    /** The snapshot is broken: the server does not start with it. */
    SnapshotCorrupt(Kind.STALLED),
    /** The data was written by a newer version, which this one cannot read. */
    DataFromNewerVersion(Kind.STALLED),
    /** The volume is full, and so the server does not start. */
    StorageFull(Kind.STALLED),
    /** The server may not read or write its volume, or the volume is broken. */
    StorageUnusable(Kind.STALLED);

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
