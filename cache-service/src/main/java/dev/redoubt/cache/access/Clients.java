package dev.redoubt.cache.access;

import dev.redoubt.cache.config.ConfigException;
import dev.redoubt.cache.config.ServiceConfig;
import dev.redoubt.cache.limit.RateLimits;
import dev.redoubt.cache.region.Regions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Every client, by the hash of its API key or by its ServiceAccount. Immutable: a change of the configuration makes a new one. */
public final class Clients {

    private final Map<KeyHash, Client> byKey;
    private final Map<ServiceAccount, Client> byAccount;
    private final Set<String> names;

    private Clients(Map<KeyHash, Client> byKey, Map<ServiceAccount, Client> byAccount) {
        this.byKey = Map.copyOf(byKey);
        this.byAccount = Map.copyOf(byAccount);
        this.names = Stream.concat(byKey.values().stream(), byAccount.values().stream())
                .map(Client::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Reads the hashes of the configured clients.
     *
     * @throws ConfigException if a file is missing or does not hold a hash, or two clients have one key or one ServiceAccount
     */
    public static Clients of(List<ServiceConfig.Client> configured, Regions regions, RateLimits limits) {
        Map<KeyHash, Client> byKey = new HashMap<>();
        Map<ServiceAccount, Client> byAccount = new HashMap<>();
        List<String> problems = new ArrayList<>();
        for (ServiceConfig.Client client : configured) {
            Client made = Client.of(client.name(), client.read(), client.write(), client.limit(), regions, limits);
            ServiceConfig.ServiceAccount account = client.serviceAccount();
            try {
                Client known = account != null
                        ? byAccount.put(new ServiceAccount(account.namespace(), account.name()), made)
                        : byKey.put(hash(client), made);
                if (known != null) {
                    problems.add("clients " + known.name() + " and " + client.name() + " have the same "
                            + (account != null
                                    ? "ServiceAccount; make one client of them"
                                    : "API key; give each its own"));
                }
            } catch (IOException | IllegalArgumentException e) {
                problems.add("client " + client.name() + ": " + client.apiKeySha256File()
                        + (e instanceof IOException ? " cannot be read" : " does not hold 64 hex digits")
                        + "; write the SHA-256 of its API key there: printf %s \"$API_KEY\" | sha256sum");
            }
        }
        if (!problems.isEmpty()) {
            throw ConfigException.of("clients", problems);
        }
        return new Clients(byKey, byAccount);
    }

    /** The names of all of them. */
    public Set<String> names() {
        return names;
    }

    /** The client with that key, or null. */
    public @Nullable Client find(KeyHash hash) {
        return byKey.get(hash);
    }

    /** The client with that ServiceAccount, or null. */
    public @Nullable Client find(ServiceAccount account) {
        return byAccount.get(account);
    }

    private static KeyHash hash(ServiceConfig.Client client) throws IOException {
        if (client.apiKeySha256() != null) {
            return KeyHash.ofHex(client.apiKeySha256());
        }
        Path file = client.apiKeySha256File();
        if (file == null) {
            throw new IllegalArgumentException("no hash");
        }
        // sha256sum writes "<hash>  -": its output may be kept as it is.
        String[] words = Files.readString(file).strip().split("\\s+", 2);
        return KeyHash.ofHex(words[0]);
    }
}
