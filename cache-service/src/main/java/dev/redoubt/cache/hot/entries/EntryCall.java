package dev.redoubt.cache.hot.entries;

import dev.redoubt.cache.hot.Answer;
import dev.redoubt.cache.redis.CallFailure;
import dev.redoubt.cache.redis.RedisCall;
import dev.redoubt.cache.redis.RedisRequest;
import org.jspecify.annotations.Nullable;

/** A command on behalf of a request for an entry: what all of them have in common is how they fail. */
abstract class EntryCall<T extends @Nullable Object> extends RedisCall<T> {

    EntryCall(RedisRequest<T> request) {
        super(request);
    }

    /** Redis could not be asked, or said no: this would be the answer to it. */
    abstract void unavailable(Answer.Fixed why);

    @Override
    protected final void refused(String error) {
        unavailable(Unavailable.refused(error));
    }

    @Override
    protected final void failed(CallFailure why) {
        unavailable(Unavailable.because(why));
    }
}
