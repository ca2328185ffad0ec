package dev.redoubt.operator.redis;

import dev.redoubt.api.v1alpha1.Scheduling;
import dev.redoubt.operator.acl.Credentials;
import dev.redoubt.operator.acl.ServerUser;
import dev.redoubt.operator.certificates.ServerIdentity;
import dev.redoubt.operator.exporter.ExporterModel;
import dev.redoubt.operator.owned.Owner;
import dev.redoubt.operator.redisconf.LiveSettings;
import dev.redoubt.operator.server.ServerId;
import dev.redoubt.operator.settings.OperatorSettings.OperatorPod;
import dev.redoubt.operator.sizing.MemorySize;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that a pass knows of what a Redis shall be: the specification with its defaults filled in and its referents looked up. It
 * is made once, at the start of the pass, and never changes.
 *
 * @param live the parameters that change without a restart
 * @param resources of the container; memory limit derived from maxMemory unless the specification gives one
 * @param exporter absent if none is wanted
 * @param specifiedUsers those of RedisUsers
 * @param operatorPod where connections of the operator come from
 */
public record RedisModel(
        Owner owner,
        RedisNames names,
        ServerProgram program,
        String image,
        LiveSettings live,
        Storage storage,
        ResourceRequirements resources,
        Scheduling scheduling,
        List<NetworkPolicyPeer> clients,
        Optional<ExporterModel> exporter,
        OperatorPod operatorPod,
        RedisPasswords passwords,
        ServerIdentity identity,
        List<ServerUser> specifiedUsers) {

    public RedisModel {
        specifiedUsers = List.copyOf(specifiedUsers);
    }

    /**
     * The volume.
     *
     * @param size of the volume, never smaller than the one that exists
     * @param storageClassName null = the cluster's default class
     * @param keep whether the volume stays when the resource is deleted
     */
    public record Storage(Quantity size, @Nullable String storageClassName, boolean keep) {}

    /** The memory limit that data, a fork and clients need together: what the container has unless the specification says otherwise. */
    Quantity derivedLimit() {
        return MemorySize.containerLimit(live.maxMemory(), live.persists());
    }

    /** What logs in. */
    Credentials credentials() {
        return passwords.credentials();
    }

    /** Every user of its server, and there may be no others. */
    List<ServerUser> users() {
        return Stream.concat(credentials().users().stream(), specifiedUsers.stream())
                .toList();
    }

    /** Its server. */
    ServerId serverId() {
        return names.server(0);
    }

    /** This model for a pass that stores nothing. */
    RedisModel withPasswordsAsFound() {
        return with(storage, passwords.asFound(), specifiedUsers);
    }

    /** This model with a volume of {@code size}. */
    RedisModel withStorageSize(Quantity size) {
        return with(new Storage(size, storage.storageClassName(), storage.keep()), passwords, specifiedUsers);
    }

    /** This model with the users that RedisUsers ask for. */
    RedisModel withSpecifiedUsers(List<ServerUser> users) {
        return with(storage, passwords, users);
    }

    private RedisModel with(Storage volume, RedisPasswords known, List<ServerUser> users) {
        return new RedisModel(
                owner,
                names,
                program,
                image,
                live,
                volume,
                resources,
                scheduling,
                clients,
                exporter,
                operatorPod,
                known,
                identity,
                users);
    }
}
