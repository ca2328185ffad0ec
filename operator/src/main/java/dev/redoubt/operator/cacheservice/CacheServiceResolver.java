package dev.redoubt.operator.cacheservice;

import dev.redoubt.api.v1alpha1.CacheServiceSpec;
import dev.redoubt.api.v1alpha1.Client;
import dev.redoubt.api.v1alpha1.MaxMemoryPolicy;
import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.api.v1alpha1.SecretKeyRef;
import dev.redoubt.api.v1alpha1.ServiceAccountRef;
import dev.redoubt.operator.cacheservice.CacheServiceModel.RedisBinding;
import dev.redoubt.operator.certificates.CertificateIssuer;
import dev.redoubt.operator.certificates.CertificateIssuer.Issuance;
import dev.redoubt.operator.certificates.CertificateIssuer.Stored;
import dev.redoubt.operator.certificates.ServerIdentity;
import dev.redoubt.operator.certificates.Subject;
import dev.redoubt.operator.certificates.Wish;
import dev.redoubt.operator.credentials.Password;
import dev.redoubt.operator.credentials.PasswordGenerator;
import dev.redoubt.operator.issuer.IssuerKeys;
import dev.redoubt.operator.owned.ContentHash;
import dev.redoubt.operator.owned.Owner;
import dev.redoubt.operator.owned.SecretData;
import dev.redoubt.operator.settings.OperatorSettings;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** From a specification, what it refers to, and the operator's settings to the model of a pass. */
final class CacheServiceResolver {
    /** The entries of a binding that hold the password, or certificates. */
    private static final Set<String> READ_AT_EACH_CONNECTION = Set.of(
            "password",
            "uri",
            "REDIS_PASSWORD",
            "REDIS_URL",
            CertificateIssuer.CA_CERTIFICATE,
            CertificateIssuer.CERTIFICATE,
            CertificateIssuer.KEY);

    /**
     * The Java runtime needs 250 MB at rest, measured; the rest is for the near cache and for bursts. What is requested is the
     * measured part, so that nodes are not filled with promises.
     */
    private static final Map<String, Quantity> REQUESTS =
            Map.of("cpu", new Quantity("100m"), "memory", new Quantity("320Mi"));

    private static final Quantity MEMORY_LIMIT = new Quantity("512Mi");

    private final OperatorSettings settings;
    private final PasswordGenerator passwords;
    private final CertificateIssuer certificates;

    CacheServiceResolver(OperatorSettings settings, PasswordGenerator passwords, CertificateIssuer certificates) {
        this.settings = settings;
        this.passwords = passwords;
        this.certificates = certificates;
    }

    /** What a specification turned out to be. */
    sealed interface Resolution {
        /** It can be carried out. */
        record Resolved(CacheServiceModel model) implements Resolution {}

        /** Something that it refers to is not there; what is running is left as it is. */
        record Waiting(Verdict verdict) implements Resolution {}

        /** It contradicts itself; what is running is left as it is. */
        record Refused(Verdict verdict) implements Resolution {}

        /** It can be carried out once there is a certificate; nothing has run yet. */
        record Uncertified(Verdict verdict) implements Resolution {}
    }

    /**
     * What there is of that which a specification may refer to.
     *
     * @param own the resource's own Secrets, by name
     * @param redises by name
     * @param bindings the service's binding Secret of a Redis, by the Redis's name
     * @param apiKeys users' own Secrets, by name
     * @param issuerKeys those of ServiceAccount tokens, as far as they are known
     */
    record World(
            Function<String, Optional<Secret>> own,
            Function<String, Optional<Redis>> redises,
            Function<String, Optional<Secret>> bindings,
            Function<String, Optional<Secret>> apiKeys,
            Optional<IssuerKeys> issuerKeys) {}

    /**
     * Looks up everything that {@code spec} refers to.
     *
     * @param wish the certificate that {@code spec} wants, and what is there of it
     */
    Resolution resolve(Owner owner, CacheServiceNames names, CacheServiceSpec spec, World world, Wish wish) {
        if (spec.tls().source() == null) {
            return new Resolution.Refused(
                    Verdict.notReady(
                            Reason.Unsupported,
                            "This version of the operator does not know the value of spec.tls.source; it knows Operator, Secret and CertManager. What runs is left as it is. Upgrade the operator, or use a value that it knows."));
        }
        var redis = binding(spec.redisRef().name(), world.bindings());
        var state = Optional.ofNullable(spec.stateRef()).map(reference -> reference.name());
        if (redis.isEmpty()) {
            return new Resolution.Waiting(
                    missingRedis("spec.redisRef", spec.redisRef().name(), owner));
        }
        var stateBinding = state.flatMap(name -> binding(name, world.bindings()));
        if (state.isPresent() && stateBinding.isEmpty()) {
            return new Resolution.Waiting(missingRedis("spec.stateRef", state.get(), owner));
        }
        var forgetful = mayForgetLimits(spec, world.redises());
        if (forgetful.isPresent()) {
            return new Resolution.Refused(forgetful.get());
        }
        var clients = new ArrayList<ClientKey>();
        var accounts = new ArrayList<TokenClients.Account>();
        for (var client : spec.clients()) {
            var account = client.serviceAccount();
            if (account != null) {
                accounts.add(account(names, client, account));
                continue;
            }
            var key = client.apiKey();
            if (key == null) {
                clients.add(generated(names, client, world.own()));
                continue;
            }
            var given = given(client, key.secretRef(), world.apiKeys());
            if (given.isEmpty()) {
                return new Resolution.Waiting(missingKey(client, key.secretRef()));
            }
            clients.add(given.get());
        }
        var audience = Objects.requireNonNullElse(spec.tokenAudience(), names.url());
        var tokens = new TokenClients(audience, accounts, world.issuerKeys());
        var same = sameKey(clients).or(() -> sameAccount(accounts));
        if (same.isPresent()) {
            return new Resolution.Refused(same.get());
        }
        return switch (certificates.ensure(subject(owner, names), wish, stored(names, clients, tokens, world.own()))) {
            case Issuance.Waiting(var verdict) -> new Resolution.Uncertified(verdict);
            case Issuance.Issued(var identity) ->
                new Resolution.Resolved(
                        model(owner, names, spec, redis.get(), stateBinding, clients, tokens, identity));
        };
    }

    private static Subject subject(Owner owner, CacheServiceNames names) {
        return new Subject(owner.name(), owner.namespace(), names.certificateNames(), names.neededNames(), Set.of());
    }

    /** Clients read the authorities in their own Secrets; who has brought a key along reads them where he likes. */
    private static Stored stored(
            CacheServiceNames names,
            List<ClientKey> clients,
            TokenClients tokens,
            Function<String, Optional<Secret>> own) {
        var server = content(own.apply(names.tlsSecret()));
        var secrets = Stream.concat(
                clients.stream().filter(ClientKey::ours).map(ClientKey::secret),
                tokens.accounts().stream().map(TokenClients.Account::secret));
        var published = Stream.concat(
                        Stream.of(server),
                        secrets.map(secret -> content(own.apply(secret))).filter(found -> !found.isEmpty()))
                .map(found -> found.getOrDefault(CertificateIssuer.CA_CERTIFICATE, ""))
                .toList();
        return new Stored(content(own.apply(names.authoritySecret())), server, published);
    }

    private CacheServiceModel model(
            Owner owner,
            CacheServiceNames names,
            CacheServiceSpec spec,
            RedisBinding redis,
            Optional<RedisBinding> state,
            List<ClientKey> clients,
            TokenClients tokens,
            ServerIdentity identity) {
        return new CacheServiceModel(
                owner,
                names,
                Objects.requireNonNullElse(spec.image(), settings.images().cacheService()),
                spec.replicas(),
                redis,
                state,
                spec.regions(),
                spec.rateLimits(),
                clients,
                tokens,
                Optional.ofNullable(spec.nearCache()),
                Optional.ofNullable(spec.accessLog()),
                resources(spec.resources()),
                spec.scheduling(),
                settings.operator(),
                spec.access().from(),
                identity);
    }

    private static Optional<RedisBinding> binding(String redis, Function<String, Optional<Secret>> bindings) {
        return bindings.apply(redis).map(secret -> {
            var files = SecretData.decode(secret);
            var content = new TreeMap<>(files);
            content.keySet().removeAll(READ_AT_EACH_CONNECTION);
            return new RedisBinding(
                    redis, secret.getMetadata().getName(), ContentHash.of(content), ContentHash.of(files));
        });
    }

    private ClientKey generated(CacheServiceNames names, Client client, Function<String, Optional<Secret>> own) {
        var secret = names.clientSecret(client.name());
        var stored = content(own.apply(secret)).get("API_KEY");
        var key = stored == null || stored.isBlank() ? passwords.apiKey() : new Password(stored);
        return new ClientKey(client.name(), key, secret, true, client.read(), client.write(), client.limit());
    }

    private static Optional<ClientKey> given(
            Client client, SecretKeyRef reference, Function<String, Optional<Secret>> apiKeys) {
        return Optional.ofNullable(content(apiKeys.apply(reference.name())).get(reference.key()))
                .filter(key -> !key.isBlank())
                // A text editor ends a file with a newline, and the key in it does not have one.
                .map(key -> new ClientKey(
                        client.name(),
                        new Password(key.strip()),
                        reference.name(),
                        false,
                        client.read(),
                        client.write(),
                        client.limit()));
    }

    private static TokenClients.Account account(CacheServiceNames names, Client client, ServiceAccountRef account) {
        return new TokenClients.Account(
                client.name(),
                Objects.requireNonNullElse(account.namespace(), names.namespace()),
                account.name(),
                names.clientSecret(client.name()),
                client.read(),
                client.write(),
                client.limit());
    }

    private static Optional<Verdict> sameAccount(List<TokenClients.Account> accounts) {
        var holders = new HashMap<String, TokenClients.Account>();
        return accounts.stream()
                .flatMap(account -> Optional.ofNullable(
                        holders.putIfAbsent(account.namespace() + "/" + account.serviceAccount(), account))
                        .map(first -> sameAccount(first, account))
                        .stream())
                .findFirst();
    }

    private static Verdict sameAccount(TokenClients.Account first, TokenClients.Account second) {
        return Verdict.notReady(
                Reason.InvalidSpec,
                "Clients %s and %s have the same ServiceAccount %s of namespace %s: nobody could tell them apart. Make one client of them."
                        .formatted(first.client(), second.client(), second.serviceAccount(), second.namespace()));
    }

    /** The service knows a client by its key, and ends at a key that two have. */
    private static Optional<Verdict> sameKey(List<ClientKey> clients) {
        var holders = new HashMap<String, ClientKey>();
        return clients.stream()
                .flatMap(client ->
                        Optional.ofNullable(holders.putIfAbsent(client.apiKey().plain(), client))
                                .map(first -> sameKey(first, client))
                                .stream())
                .findFirst();
    }

    private static Verdict sameKey(ClientKey first, ClientKey second) {
        return Verdict.notReady(
                Reason.InvalidSpec,
                ("Clients %s and %s have the same API key, from Secrets %s and %s: nobody could tell them apart. Give each a"
                                + " key of its own, or leave spec.clients[].apiKey out, so that the operator makes one.")
                        .formatted(first.name(), second.name(), first.secret(), second.secret()));
    }

    private static Verdict missingRedis(String field, String redis, Owner owner) {
        return Verdict.notReady(
                Reason.WaitingForRedis,
                ("Redis %s, which %s names, does not exist in namespace %s or has no binding Secret yet. Create it, or"
                                + " correct %s.")
                        .formatted(redis, field, owner.namespace(), field));
    }

    /** A bucket that is evicted is a full one at the next request: the limit would allow more than it says, and nobody would know. */
    private static Optional<Verdict> mayForgetLimits(CacheServiceSpec spec, Function<String, Optional<Redis>> redises) {
        if (spec.rateLimits().isEmpty()) {
            return Optional.empty();
        }
        var own = Optional.ofNullable(spec.stateRef());
        var name = own.orElse(spec.redisRef()).name();
        var remedy = own.isPresent()
                ? "Set its maxMemoryPolicy to noeviction, or name another Redis in spec.stateRef."
                : "Name a Redis with maxMemoryPolicy noeviction in spec.stateRef; values stay where they are.";
        return redises.apply(name)
                .map(redis -> redis.getSpec().maxMemoryPolicy())
                .filter(MaxMemoryPolicy::evicts)
                .map(policy -> Verdict.notReady(
                        Reason.StateMayBeEvicted,
                        ("Redis %s, which %s names, keeps the buckets of spec.rateLimits and may evict them (maxMemoryPolicy %s):"
                                        + " whoever was refused would have a full bucket again. %s What runs is left as it is.")
                                .formatted(
                                        name,
                                        own.isPresent() ? "spec.stateRef" : "spec.redisRef",
                                        policy.value(),
                                        remedy)));
    }

    private static Verdict missingKey(Client client, SecretKeyRef reference) {
        return Verdict.notReady(
                Reason.SecretNotFound,
                ("The API key of client %s: Secret %s does not exist, has no key %s, or lacks the label"
                                + " redoubt.dev/watch: \"true\" that lets the operator read it.")
                        .formatted(client.name(), reference.name(), reference.key()));
    }

    private static Map<String, String> content(Optional<Secret> secret) {
        return SecretData.decode(secret.orElse(null));
    }

    private static ResourceRequirements resources(@Nullable ResourceRequirements given) {
        var base = given == null ? new ResourceRequirements() : given;
        var limits = new TreeMap<>(orEmpty(base.getLimits()));
        limits.putIfAbsent("memory", MEMORY_LIMIT);
        var requests = new TreeMap<>(orEmpty(base.getRequests()));
        // A request may not exceed a limit that the specification sets lower.
        REQUESTS.forEach((name, amount) -> requests.putIfAbsent(name, smaller(amount, limits.get(name))));
        return new ResourceRequirementsBuilder(base)
                .withLimits(limits)
                .withRequests(requests)
                .build();
    }

    private static Quantity smaller(Quantity amount, @Nullable Quantity limit) {
        return limit != null && limit.getNumericalAmount().compareTo(amount.getNumericalAmount()) < 0 ? limit : amount;
    }

    private static Map<String, Quantity> orEmpty(@Nullable Map<String, Quantity> amounts) {
        return amounts == null ? Map.of() : amounts;
    }
}
