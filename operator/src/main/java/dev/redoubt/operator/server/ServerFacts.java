package dev.redoubt.operator.server;

import dev.redoubt.operator.server.Questions.Trial;
import java.util.Map;
import java.util.Set;

/**
 * What a running server said and did when it was asked, at one moment.
 *
 * @param version of the engine, such as 8.0.2
 * @param parameters by CONFIG GET; one that the server does not know is missing
 * @param users every user that it has, by name
 * @param references what a user would look like that has the rules that were asked about, by name: versions write the same rights
 *     differently
 * @param allowed the trials that it would let through
 * @param ownDenial its answer when the operator itself tried to read data
 * @param persistence by INFO persistence
 * @param stranger what it does with somebody without a password
 */
public record ServerFacts(
        String version,
        Map<String, String> parameters,
        Map<String, UserRights> users,
        Map<String, UserRights> references,
        Set<Trial> allowed,
        String ownDenial,
        Map<String, String> persistence,
        StrangerFacts stranger) {

    public ServerFacts {
        parameters = Map.copyOf(parameters);
        users = Map.copyOf(users);
        references = Map.copyOf(references);
        allowed = Set.copyOf(allowed);
        persistence = Map.copyOf(persistence);
    }
}
