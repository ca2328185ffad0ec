package dev.redoubt.cache.hot.entries;

import dev.redoubt.cache.hot.Answer;
import dev.redoubt.cache.redis.Commands;
import dev.redoubt.cache.redis.ScriptReply;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What is to be stored, and when not.
 *
 * @param version of the value
 * @param keepMillis how long Redis keeps it
 * @param head length of the envelope that stands before the body
 * @param precondition when to store it
 * @param lease the token of the lease that it was loaded under; empty = none
 * @param tags what it can be deleted by
 */
record Storing(
        EntryContext context,
        long version,
        long keepMillis,
        int head,
        Precondition precondition,
        String lease,
        List<String> tags) {

    /** How it ended. */
    interface Ending {
        void stored(boolean created);

        /** The precondition does not hold. */
        void failed();

        /** The lease is gone. */
        void leaseLost();

        void unavailable(Answer.Fixed why);
    }

    /** Stores it: by a plain SET, unless something has to be looked at in the same step. */
    void store(byte[] whole, Ending ending) {
        if (precondition.isNone() && lease.isEmpty() && tags.isEmpty()) {
            set(whole, ending);
        } else {
            run(whole, ending);
        }
    }

    private void set(byte[] whole, Ending ending) {
        context.loop()
                .redis()
                .dispatch(new EntryCall<Boolean>(Commands.set(context.key().bytes(), whole, keepMillis)) {
                    @Override
                    protected void replied(Boolean existed) {
                        written(whole);
                        ending.stored(!existed);
                    }

                    @Override
                    void unavailable(Answer.Fixed why) {
                        context.near().written(context.key());
                        ending.unavailable(why);
                    }
                });
    }

    private void run(byte[] whole, Ending ending) {
        List<byte[]> arguments = new ArrayList<>(List.of(
                whole,
                ascii(Integer.toString(head)),
                ascii(Long.toString(keepMillis)),
                precondition.script(),
                ascii(lease),
                ascii(Long.toString(context.scriptNow())),
                context.region().tagPrefix(),
                ByteBuffer.allocate(Long.BYTES)
                        .putLong(context.entries().newVersion())
                        .array()));
        tags.forEach(tag -> arguments.add(ascii(tag)));
        context.loop()
                .redis()
                .dispatch(
                        new EntryCall<ScriptReply>(Commands.script(
                                EntryScripts.STORE, List.of(context.key().bytes(), context.leaseKey()), arguments)) {
                            @Override
                            protected void replied(ScriptReply reply) {
                                switch ((int) reply.number(0)) {
                                    case -1 -> ending.failed();
                                    case -2 -> ending.leaseLost();
                                    default -> {
                                        written(whole);
                                        ending.stored(reply.number(0) == 1);
                                    }
                                }
                            }

                            @Override
                            void unavailable(Answer.Fixed why) {
                                context.near().written(context.key());
                                ending.unavailable(why);
                            }
                        });
    }

    private void written(byte[] whole) {
        context.near().written(context.key());
        context.meters().written(whole.length - head);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
