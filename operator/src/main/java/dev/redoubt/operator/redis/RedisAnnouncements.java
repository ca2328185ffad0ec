package dev.redoubt.operator.redis;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.certificates.AuthorityNews;
import dev.redoubt.operator.events.EventReason;
import dev.redoubt.operator.events.EventRecorder;
import dev.redoubt.operator.hardening.Auditor;
import dev.redoubt.operator.hardening.HardeningReport;
import dev.redoubt.operator.owned.ContentHash;
import dev.redoubt.operator.owned.LastNoted;
import dev.redoubt.operator.status.Conditions;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;

/** The Events of a pass over a Redis: what it wrote, and what is otherwise than the status still says. */
final class RedisAnnouncements {
    private static final int MOST_RENDERINGS = 10_000;

    private final EventRecorder events;
    private final Auditor auditor;
    private final RedisHardening hardening;
    /**
     * Hash of what was applied the last time: when that is the same again, and something had to be written all the same, then somebody
     * else had changed it.
     */
    private final LastNoted applied = new LastNoted(MOST_RENDERINGS);

    RedisAnnouncements(EventRecorder events, Auditor auditor, RedisHardening hardening) {
        this.events = events;
        this.auditor = auditor;
        this.hardening = hardening;
    }

    /**
     * The objects are as desired.
     *
     * @param before the world that the pass began with
     * @param written what had to be written for that
     */
    void ofObjects(Redis redis, RedisModel model, List<HasMetadata> desired, RedisWorld before, List<String> written) {
        var changed = applied.isNew(model.owner().uid(), ContentHash.of(Serialization.asJson(desired)));
        if (!changed) {
            written.forEach(object -> hardening.putRight(redis, object));
        } else if (!written.isEmpty()) {
            var reason = before.statefulSet().isPresent() ? EventReason.ObjectsChanged : EventReason.Created;
            events.record(redis, reason, String.join(", ", written) + ".");
        }
        AuthorityNews.of(before.authority(), model.identity())
                .forEach(step -> events.record(redis, EventReason.AuthorityRenewed, step));
    }

    /** Where readiness turned, each hardening control that fell or returned, and passwords. */
    void ofOutcome(Redis redis, RedisNames names, RedisOutcome outcome) {
        var before = Conditions.find(RedisStatuses.previousConditions(redis), Conditions.READY);
        events.recordTurn(redis, before, outcome.verdict());
        ofControls(redis, names, RedisStatuses.report(redis, outcome));
        outcome.credentials().ifPresent(report -> report.news(redis)
                .ifPresent(reason -> events.record(redis, reason, report.message())));
    }

    private void ofControls(Redis redis, RedisNames names, HardeningReport report) {
        auditor.reported(names.server(0), report);
        var previous = RedisStatuses.previousControls(redis);
        for (var finding : report.fallen(previous)) {
            events.record(redis, EventReason.ControlFailed, HardeningReport.told(List.of(finding)));
            auditor.fell(finding.control());
        }
        for (var finding : report.returned(previous)) {
            events.record(redis, EventReason.ControlRestored, HardeningReport.told(List.of(finding)));
        }
    }
}
