/** The hot path: a Netty handler right behind the HTTP codec of Spring Boot's own server. It authenticates, keeps the order of pipelined requests, answers the cache routes and hands everything else to WebFlux. */
@NullMarked
package dev.redoubt.cache.hot;

import org.jspecify.annotations.NullMarked;
