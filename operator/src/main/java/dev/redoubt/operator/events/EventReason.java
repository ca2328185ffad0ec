package dev.redoubt.operator.events;

/** Every reason of an Event that the operator records. */
public enum EventReason {
    /** Somebody has paused a resource: the operator changes nothing of it. */
    Paused(false),
    /** A pause has ended: what changed meanwhile is done now. */
    Resumed(false),
    /** The first objects of a resource were made. */
    Created(false),
    /** A resource became ready. */
    Ready(false),
    /** A resource that was ready is so no more; the message says why. */
    NotReady(true),
    /** The server stopped answering. */
    ServerUnreachable(true),
    /** The server answers again. */
    ServerReachable(false),
    /** The operator deletes a pod so that it starts with what changed; the message says what. */
    PodRestarting(false),
    /** A running server took over changed parameters; or every replica of a cache service a changed configuration. */
    ConfigurationApplied(false),
    /** A pod's memory or CPU was changed without a restart. */
    PodResized(false),
    /** A volume is made larger. */
    StorageGrowing(false),
    /** A volume cannot be made larger. */
    StorageNotExpandable(true),
    /** The image has no program to start, or none for this machine. */
    ImageUnusable(true),
    /** The server does not start with its configuration, its users or its certificate; or a cache service goes on with an older configuration. */
    ConfigurationRefused(true),
    /** The append-only file is broken, and not only at its end: the server does not start with it. */
    AppendOnlyFileCorrupt(true),
    /** The snapshot is broken: the server does not start with it. */
    SnapshotCorrupt(true),
    /** The data was written by a newer version, which this one cannot read. */
    DataFromNewerVersion(true),
    /** The volume is full, and so the server does not start. */
    StorageFull(true),
    /** The server may not read or write its volume, or the volume is broken. */
    StorageUnusable(true),
    /** The server cut off the incomplete end of its append-only file when it started. */
    AppendOnlyFileRepaired(true),
    /** An object of a name that is needed belongs to somebody else. */
    NameConflict(true),
    /** The specification contradicts itself. */
    InvalidSpec(true),
    /** The specification asks for something that this version of the operator does not know. */
    Unsupported(true),
    /** The Redis of the rate limits may evict their buckets. */
    StateMayBeEvicted(true),
    /** The running server would let a user do what no RedisUser may, or does not take its rules. */
    RightsRefused(true),
    /** A server certificate was renewed and the running server serves it. */
    CertificateRenewed(false),
    /** Passwords are being replaced; the message says whose. */
    RotationStarted(false),
    /** The passwords that were replaced log in no more. */
    RotationFinished(false),
    /** The password that somebody has brought along cannot be used; the message says why. The one that works goes on working. */
    PasswordUnusable(true),
    /** A new authority is published, signs from now on, or an old one is forgotten; the message says which. */
    AuthorityRenewed(false),
    /** A certificate that was given cannot be served; the message says why. What runs keeps what it has. */
    CertificateInvalid(true),
    /** A certificate that was given ends soon. */
    CertificateExpiresSoon(true),
    /** A certificate is as the specification wants it again. */
    CertificateValid(false),
    /** A hardening control was found broken; the message says which, and what was seen. */
    ControlFailed(true),
    /** A hardening control that was broken holds again. */
    ControlRestored(false),
    /** Something that somebody else had changed or deleted is as it has to be again; the message says what, and for which control. */
    DriftRepaired(true),
    /** Objects of a resource that exists for longer were written: its specification changed, or somebody else changed them. */
    ObjectsChanged(false),
    /** Objects of a metrics exporter, or of what makes Prometheus find it, were made, changed or deleted. */
    MonitoringChanged(false),
    /** The metrics exporter, or what makes Prometheus find it, is not as it should be; the message says why. The server is not concerned. */
    MonitoringIncomplete(true);

    private final boolean warning;

    EventReason(boolean warning) {
        this.warning = warning;
    }

    /** Kubernetes' type of the Event. */
    public String type() {
        return warning ? "Warning" : "Normal";
    }
}
