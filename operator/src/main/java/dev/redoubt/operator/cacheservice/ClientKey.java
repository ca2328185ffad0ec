package dev.redoubt.operator.cacheservice;

import dev.redoubt.operator.credentials.Password;
import java.util.List;

/**
 * A client with its API key.
 *
 * @param secret the Secret that holds the key
 * @param ours whether the operator made the key, and so the Secret
 */
public record ClientKey(
        String name,
        Password apiKey,
        String secret,
        boolean ours,
        List<String> read,
        List<String> write,
        List<String> limit) {}
