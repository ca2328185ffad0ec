/**
 * The cache service: named caches with a TTL policy over HTTP, in front of a Redis.
 *
 * <p>A request meets the packages in this order:
 *
 * <pre>
 *   hot         the HTTP connection: order, limits, authentication; no thread hop, no blocking
 *    ├ entries  the family of operations on cache entries; each other family is a package beside it
 *    ├ access   who is asking, and what may they read and write
 *    ├ limit    the rate limits, and the buckets that take over when Redis is away
 *    ├ mode     how well a Redis can be worked with, and the deletes that wait for one that is away
 *    ├ region   the named caches, and how a value is stored
 *    ├ near     values in memory, one cache per event loop, told by Redis when they change
 *    ├ redis    one connection per event loop, its health, its reconnection
 *    └ problem  what a refusal looks like
 *   status      everything that is not hot, in ordinary WebFlux: /v1/status, /livez, /readyz
 *   management  the port for probes and metrics
 *   accesslog   lines about requests, when the configuration asks for them
 *   metrics     counters and timers, resolved once
 *   lifecycle   ready, draining, stopped
 *   config      service.yaml, read and checked once
 * </pre>
 */
@NullMarked
package dev.redoubt.cache;

import org.jspecify.annotations.NullMarked;
