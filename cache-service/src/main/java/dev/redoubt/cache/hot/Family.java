package dev.redoubt.cache.hot;

import dev.redoubt.cache.accesslog.About;
import java.util.List;

/**
 * One family of operations that are answered on the event loop, under one path: the cache entries, the limits. There is one instance
 * per event loop, used on that loop only.
 *
 * <p>{@link HotHandler} knows the connection, a family knows what is asked: it reads the rest of the path, decides whether this client may do
 * this, and acts. A new family is one class, handed to {@link HotPath} with the others of a loop; a new operation is one more
 * {@link Action} in its family.
 */
public interface Family {

    /**
     * What it serves. Told from the very constants that its {@link #decide decisions} switch over, so that nothing is served that is not
     * told: the description of the API is held to it.
     */
    List<Route> routes();

    /** What its paths begin with, such as {@code /v1/cache}: followed by nothing, a slash or a colon. */
    String path();

    /**
     * What a request under its path is about, for the access log.
     *
     * @param path still percent-encoded
     */
    About about(String path, Policies policies);

    /** Decides about a request under its path. Its client is known, nothing else is checked. */
    Decision decide(RequestHead head);
}
