package dev.redoubt.cache.hot;

/**
 * One operation of the API.
 *
 * @param method its HTTP method; HEAD goes with GET without being told, unless it is an operation of its own
 * @param path the template of its path, such as {@code /v1/cache/{region}/{key}}
 */
public record Route(String method, String path) {}
