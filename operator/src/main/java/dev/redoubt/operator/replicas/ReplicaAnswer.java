package dev.redoubt.operator.replicas;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/** What became of the question to a replica how it does with its configuration. */
public sealed interface ReplicaAnswer {
    /**
     * It says how it does.
     *
     * @param sha256 of the configuration file that it looked at last, in hexadecimal
     * @param current whether that file, and what it names, is in effect
     * @param why it is not, in the replica's words; empty if it is
     * @param afterRestart keys of the file that take effect with the next start only
     */
    record Told(String sha256, boolean current, String why, List<String> afterRestart) implements ReplicaAnswer {
        public Told {
            afterRestart = List.copyOf(afterRestart);
        }
    }

    /**
     * It does not say.
     *
     * @param why what happened instead, in words that stay the same as long as it does
     */
    record Silent(String why) implements ReplicaAnswer {}

    ObjectMapper JSON = new ObjectMapper();

    Silent NO_ANSWER = new Silent("answers with something else");

    /** What a replica answered with {@code status} and {@code body}; a newer one may say more. */
    static ReplicaAnswer parse(int status, String body) {
        if (status != 200) {
            return new Silent("answers with status " + status);
        }
        try {
            var json = JSON.readTree(body);
            var sha256 = json.path("sha256");
            var current = json.path("current");
            return sha256.isTextual() && current.isBoolean()
                    ? new Told(
                            sha256.textValue(),
                            current.booleanValue(),
                            json.path("why").asText(),
                            json.path("afterRestart")
                                    .valueStream()
                                    .map(JsonNode::asText)
                                    .toList())
                    : NO_ANSWER;
        } catch (JsonProcessingException e) {
            return NO_ANSWER;
        }
    }
}
