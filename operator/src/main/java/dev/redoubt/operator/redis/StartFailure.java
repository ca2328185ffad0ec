package dev.redoubt.operator.redis;

import dev.redoubt.operator.pods.PodDiagnosis;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Why a server does not start, by its last words: the pod asks the kubelet to keep the end of the log of a container that failed, at most
 * 2048 bytes, in the pod's status. The words are those of redis 7.0 and 8.0 and of valkey 8.1; a test has the servers say them.
 */
final class StartFailure {
    private static final int MAX_QUOTE = 200;

    /** The first group of {@code words} is quoted. The first cause that matches counts, so what is special comes first. */
    private record Cause(Pattern words, Reason reason, String explanation) {
        Cause(String words, Reason reason, String explanation) {
            this(Pattern.compile(words), reason, explanation);
        }
    }

    private static final String MENDING =
            ". It is left as it is, because mending it loses every write after the broken place."
                    + " Restore a copy of the volume, or mend it: kubectl -n {namespace} annotate redis {redis} redoubt.dev/paused=true;"
                    + " kubectl -n {namespace} scale statefulset {base} --replicas=0; in a pod with claim {claim}"
                    + " (docs/troubleshooting.md#appendonlyfilecorrupt has it): redis-check-aof --fix"
                    + " appendonlydir/appendonly.aof.manifest; kubectl -n {namespace} annotate redis {redis} redoubt.dev/paused-";

    private static final List<Cause> CAUSES = List.of(
            new Cause(
                    "(No space left on device|Disk quota exceeded)",
                    Reason.StorageFull,
                    "The volume is full, so the server does not start ({quote}). Make it larger, in"
                            + " spec.persistence.storage.size: kubectl -n {namespace} edit redis {redis}"),
            new Cause(
                    "(Permission denied|Read-only file system|Input/output error)",
                    Reason.StorageUnusable,
                    "The server cannot use its volume: {quote}. Somebody has changed the owner or the mode of its files, or the"
                            + " volume is broken: kubectl -n {namespace} logs {pod} --previous; kubectl -n {namespace} describe"
                            + " pvc {claim}"),
            new Cause(
                    "(Can't handle RDB format version \\d+)",
                    Reason.DataFromNewerVersion,
                    "The data was written by a newer version than the one of the image, which cannot read it ({quote}). Set"
                            + " spec.image, or spec.engine, back; nothing is lost: kubectl -n {namespace} edit redis {redis}"),
            new Cause(
                    "(?:Bad file format reading|Unexpected end of file reading|Unrecoverable error reading|Error reading"
                            + "|Unknown command '.{0,80}' reading) the append only file ([^\\s:,]+)",
                    Reason.AppendOnlyFileCorrupt,
                    "The append-only file is broken, and not only at its end, so the server does not start: {quote}"
                            + MENDING),
            new Cause(
                    "(?s)Truncating the AOF (\\S+) at offset.*the truncated file is not the last file",
                    Reason.AppendOnlyFileCorrupt,
                    "The append-only file ended too early in a part that is not the last one, {quote}; the server has cut that off and"
                            + " starts anew with what is left"),
            new Cause(
                    "(?:Unable to obtain the AOF file|The AOF file) (\\S+) (?:length|doesn't exist)",
                    Reason.AppendOnlyFileCorrupt,
                    "A part of the append-only file is missing, so the server does not start: {quote}" + MENDING),
            new Cause(
                    "(Invalid AOF manifest file format)",
                    Reason.AppendOnlyFileCorrupt,
                    "The list of the append-only file's parts is broken, so the server does not start: {quote}"
                            + MENDING),
            new Cause(
                    "(Wrong signature trying to load DB from file|Short read or OOM loading DB|Wrong RDB checksum"
                            + "|Internal error in RDB reading|Fatal error loading the DB)",
                    Reason.SnapshotCorrupt,
                    "The snapshot is broken, so the server does not start: {quote}. It is left as it is: nothing mends it. Restore a"
                            + " copy of the volume, or start empty: docs/troubleshooting.md#snapshotcorrupt"),
            new Cause(
                    "(?s)(?:FATAL CONFIG FILE ERROR|Unresolved Configuration).*?>>> ('[^\\n]*')",
                    Reason.ConfigurationRefused,
                    "The server does not start with a line of its configuration: {quote}. Either somebody has just changed ConfigMap"
                            + " {config}, or the image is too old, or another program: it takes Redis 7.0 or Valkey 8.0 at least"),
            new Cause(
                    "startup because of ACL errors: ([^\\n]*)",
                    Reason.ConfigurationRefused,
                    "The server does not start with its users: {quote}. Either somebody has just changed Secret {acl}, or the image"
                            + " is too old: it takes Redis 7.0 or Valkey 8.0 at least"),
            new Cause(
                    "(Failed to configure TLS)",
                    Reason.ConfigurationRefused,
                    "The server does not start with its certificate ({quote}): kubectl -n {namespace} logs {pod} --previous"),
            new Cause(
                    "(exec format error)",
                    Reason.ImageUnusable,
                    "The image is for another kind of machine than the node ({quote}). Set spec.image to one for this kind"));

    private StartFailure() {}

    /** What keeps {@code pod} from being ready, if anything: in the server's own words where it had some. */
    static Optional<Verdict> problem(RedisNames names, Pod pod) {
        return PodDiagnosis.problem(pod).map(known -> switch (known.reason()) {
            case CrashLooping ->
                lastWords(pod).flatMap(text -> told(names, text)).orElse(known);
            case OOMKilled -> outOfMemory(names, known);
            default -> known;
        });
    }

    private static Optional<String> lastWords(Pod pod) {
        return PodDiagnosis.lastEnd(pod, RedisStatefulSet.CONTAINER).map(ContainerStateTerminated::getMessage);
    }

    private static Optional<Verdict> told(RedisNames names, String text) {
        return CAUSES.stream()
                .flatMap(cause ->
                        cause.words().matcher(text).results().limit(1).map(found -> told(names, cause, found.group(1))))
                .findFirst();
    }

    private static Verdict told(RedisNames names, Cause cause, String quote) {
        var explanation = cause.explanation()
                .replace("{namespace}", names.namespace())
                .replace("{redis}", names.redis())
                .replace("{base}", names.base())
                .replace("{pod}", names.pod(0))
                .replace("{claim}", names.claim(0))
                .replace("{config}", names.configMap())
                .replace("{acl}", names.aclSecret())
                .replace("{quote}", quote.length() <= MAX_QUOTE ? quote : quote.substring(0, MAX_QUOTE) + "…");
        return Verdict.notReady(cause.reason(), explanation + ".");
    }

    private static Verdict outOfMemory(RedisNames names, Verdict known) {
        return Verdict.notReady(
                known.reason(),
                ("The server in pod %s needed more memory than its container's limit, and the kernel ended it. Raise"
                                + " spec.maxMemory, from which the limit is derived, or spec.resources.limits.memory if that"
                                + " is given: kubectl -n %s edit redis %s.")
                        .formatted(names.pod(0), names.namespace(), names.redis()));
    }
}
