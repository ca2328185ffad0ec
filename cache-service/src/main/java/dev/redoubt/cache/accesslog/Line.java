package dev.redoubt.cache.accesslog;

import org.slf4j.spi.LoggingEventBuilder;

/**
 * A request and how it ended.
 *
 * @param requestId what it is called, in the answer too
 * @param client who asked; empty = nobody who is known
 * @param method one that HTTP defines, else empty
 * @param about of what
 * @param status the HTTP status
 * @param code of the problem; empty = it was no refusal
 * @param received bytes of its body
 * @param sent bytes of the answer's body
 * @param nanos from the head of the request to the answer
 */
public record Line(
        String requestId,
        String client,
        String method,
        About about,
        int status,
        String code,
        long received,
        long sent,
        long nanos) {

    /** With the names of the Elastic Common Schema where it has one. */
    void log(LoggingEventBuilder event) {
        LoggingEventBuilder line = event.addKeyValue("http.request.id", requestId)
                .addKeyValue("http.request.body.bytes", received)
                .addKeyValue("http.response.status_code", status)
                .addKeyValue("http.response.body.bytes", sent)
                .addKeyValue("event.duration", nanos)
                .addKeyValue("redoubt.family", about.family());
        line = said(line, "http.request.method", method);
        line = said(line, "user.name", client);
        line = said(line, "redoubt." + about.kind(), about.name());
        line = said(line, "redoubt.code", code);
        line.log(summary());
    }

    private static LoggingEventBuilder said(LoggingEventBuilder line, String name, String value) {
        return value.isEmpty() ? line : line.addKeyValue(name, value);
    }

    /** For people: the same in the order in which one reads it. */
    private String summary() {
        return (client.isEmpty() ? "-" : client)
                + " " + (method.isEmpty() ? "-" : method)
                + " " + about.family() + (about.name().isEmpty() ? "" : "/" + about.name())
                + " " + status + (code.isEmpty() ? "" : " " + code)
                + " " + received + " B in, " + sent + " B out, " + nanos / 1_000 + " us"
                + " " + requestId;
    }
}
