package dev.redoubt.operator.server;

/** What is known of a running server. */
public sealed interface ServerHealth {
    /** It was not tried yet. */
    record Unknown() implements ServerHealth {}

    /**
     * It let the operator log in over TLS, with a certificate for its name, and answered PING.
     *
     * @param version of the engine, such as 8.0.2
     * @param runId differs after each start of the process
     */
    record Answering(String version, String runId) implements ServerHealth {}

    /** It did not, and why. */
    record Silent(Failure failure) implements ServerHealth {}

    /** Why a server counts as not reachable. The messages are fixed, so that a status is not rewritten at each try. */
    enum Failure {
        REFUSED("it refuses connections: the process is not listening, or the pod is being replaced"),
        NO_ANSWER("it does not answer in time: the process hangs, the node is overloaded or gone, or a NetworkPolicy"
                + " keeps the operator out"),
        LOADING("it is loading its data"),
        NOT_TRUSTED("its certificate is not the one that was issued for it"),
        LOGIN_REFUSED("it refuses the operator's password: it has not read its current ACL file"),
        PROTECTED("somebody has taken the password from its user default, and so it is in protected mode and lets in"
                + " nobody from outside. Delete the pod: it starts with its own users again"),
        BROKEN("the connection broke");

        private final String explanation;

        Failure(String explanation) {
            this.explanation = explanation;
        }

        /** The second half of a sentence whose subject is the server. */
        public String explanation() {
            return explanation;
        }
    }
}
