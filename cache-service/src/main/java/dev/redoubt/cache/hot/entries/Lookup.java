package dev.redoubt.cache.hot.entries;

import dev.redoubt.cache.hot.Answer;
import dev.redoubt.cache.metrics.Tier;
import dev.redoubt.cache.near.Copy;
import dev.redoubt.cache.near.NearCache;
import dev.redoubt.cache.redis.Commands;
import dev.redoubt.cache.redis.Key;
import dev.redoubt.cache.region.StoredValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks for a value: in the near cache, then in Redis; and at the tags that it was written under. Ends in exactly one of its four ways. */
abstract class Lookup {

    final EntryContext context;

    Lookup(EntryContext context) {
        this.context = context;
    }

    /** There is a value. */
    abstract void found(StoredValue value, @Nullable Copy copy, Tier tier);

    /** There is none; there may be one that has expired and that its region still keeps. */
    abstract void missing(@Nullable StoredValue expired);

    /** Redis cannot be asked, but a value was there a moment ago, and its region allows to serve it. */
    abstract void stale(StoredValue value);

    /** Nobody can tell. */
    abstract void unavailable(Answer.Fixed why);

    /** Near first. */
    final void start() {
        NearCache near = context.near();
        long nanos = System.nanoTime();
        Copy copy = near.verified(context.key(), nanos);
        StoredValue value = copy == null ? null : copy.value();
        if (value != null && value.isFresh(context.loop().now()) && tagsAreVerified(value, nanos)) {
            found(value, copy, Tier.NEAR);
        } else {
            askRedis();
        }
    }

    /** Redis only. */
    final void askRedis() {
        int stamp = context.near().stamp(context.key());
        context.loop()
                .redis()
                .dispatch(
                        new EntryCall<@Nullable StoredValue>(
                                Commands.get(context.key().bytes())) {
                            @Override
                            protected void replied(@Nullable StoredValue value) {
                                arrived(value, stamp);
                            }

                            @Override
                            void unavailable(Answer.Fixed why) {
                                outage(why);
                            }
                        });
    }

    private void arrived(@Nullable StoredValue value, int stamp) {
        NearCache near = context.near();
        if (value == null) {
            near.drop(context.key());
            missing(null);
            return;
        }
        Copy copy = near.keep(context.key(), value, stamp, context.meters().near());
        if (value.tags().isEmpty()) {
            judge(value, copy);
        } else {
            checkTags(value, copy);
        }
    }

    /** Redis decides what is gone; what has expired before that is kept as stale only. */
    private void judge(StoredValue value, @Nullable Copy copy) {
        if (context.region().staleFor().isZero() || value.isFresh(context.loop().now())) {
            found(value, copy, Tier.REDIS);
        } else {
            missing(value);
        }
    }

    private boolean tagsAreVerified(StoredValue value, long nanos) {
        for (StoredValue.Tag tag : value.tags()) {
            Copy token = context.near().verified(tagKey(tag), nanos);
            if (token == null || token.token() != tag.token()) {
                return false;
            }
        }
        return true;
    }

    private Key tagKey(StoredValue.Tag tag) {
        return new Key(context.region().tagKey(tag.name()));
    }

    /** Asks for the tokens that are not near; the last to arrive decides. */
    private void checkTags(StoredValue value, @Nullable Copy copy) {
        long nanos = System.nanoTime();
        List<StoredValue.Tag> unknown = new ArrayList<>();
        for (StoredValue.Tag tag : value.tags()) {
            Copy token = context.near().verified(tagKey(tag), nanos);
            if (token == null) {
                unknown.add(tag);
            } else if (token.token() != tag.token()) {
                gone();
                return;
            }
        }
        if (unknown.isEmpty()) {
            judge(value, copy);
            return;
        }
        TagCheck check = new TagCheck(value, copy, unknown.size());
        unknown.forEach(check::ask);
    }

    private void gone() {
        context.near().drop(context.key());
        missing(null);
    }

    private void outage(Answer.Fixed why) {
        Copy copy = context.near().lastKnown(context.key());
        StoredValue value = copy == null ? null : copy.value();
        if (copy != null && value != null && mayBeServed(copy, value)) {
            stale(value);
        } else {
            unavailable(why);
        }
    }

    /** As long as its region says after it was last known to be true. */
    private boolean mayBeServed(Copy copy, StoredValue value) {
        long grace = context.region().staleFor().toMillis();
        long expiredFor = context.loop().now() - value.createdAt() - value.ttl();
        long unverifiedFor = context.near().unverifiedFor(copy, System.nanoTime()) / 1_000_000;
        return grace > 0 && Math.max(expiredFor, unverifiedFor) <= grace;
    }

    private final class TagCheck {
        private final StoredValue value;
        private final @Nullable Copy copy;
        private int awaited;
        private boolean wrong;
        private Answer.@Nullable Fixed failure;

        TagCheck(StoredValue value, @Nullable Copy copy, int awaited) {
            this.value = value;
            this.copy = copy;
            this.awaited = awaited;
        }

        void ask(StoredValue.Tag tag) {
            Key key = tagKey(tag);
            int stamp = context.near().stamp(key);
            context.loop().redis().dispatch(new EntryCall<@Nullable Long>(Commands.token(key.bytes())) {
                @Override
                protected void replied(@Nullable Long token) {
                    if (token != null) {
                        context.near()
                                .keepToken(key, token, stamp, context.meters().near());
                    }
                    wrong |= token == null || token != tag.token();
                    arrived();
                }

                @Override
                void unavailable(Answer.Fixed why) {
                    failure = why;
                    arrived();
                }
            });
        }

        private void arrived() {
            awaited--;
            if (awaited > 0) {
                return;
            }
            if (wrong) {
                gone();
            } else if (failure != null) {
                outage(failure);
            } else {
                judge(value, copy);
            }
        }
    }
}
