package dev.redoubt.operator.server;

import dev.redoubt.operator.acl.ServerUser;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A user as a server has it, by ACL GETUSER. Holds no password: a server knows hashes only.
 *
 * @param on whether it may log in
 * @param noPassword whether any password will do
 * @param passwords SHA-256 in hexadecimal
 * @param commands the rules of commands in their order, such as {@code -@all +ping}
 * @param keys the patterns of keys, such as {@code ~*}
 * @param channels the patterns of channels, such as {@code &*}
 * @param selectors how many further sets of rights it has
 */
public record UserRights(
        boolean on,
        boolean noPassword,
        Set<String> passwords,
        String commands,
        String keys,
        String channels,
        int selectors) {

    public UserRights {
        passwords = Set.copyOf(passwords);
    }

    /** Whether it logs in as {@code user} has to: with each of its passwords, and with no other. */
    public boolean logsInAs(ServerUser user) {
        var anyPassword = user.login() == ServerUser.Login.NO_PASSWORD;
        return on == user.isOn()
                && (!on || noPassword == anyPassword)
                && (user.login() != ServerUser.Login.PASSWORD || passwords.equals(user.hashes()));
    }

    /** From the answer to ACL GETUSER: names and values in turn. */
    static UserRights parse(List<Object> answer) {
        var fields = new HashMap<String, Object>();
        for (var i = 0; i + 1 < answer.size(); i += 2) {
            fields.put(String.valueOf(answer.get(i)), answer.get(i + 1));
        }
        var flags = texts(fields.get("flags"));
        return new UserRights(
                flags.contains("on"),
                flags.contains("nopass"),
                new TreeSet<>(texts(fields.get("passwords"))),
                text(fields, "commands"),
                text(fields, "keys"),
                text(fields, "channels"),
                fields.get("selectors") instanceof List<?> selectors ? selectors.size() : 0);
    }

    private static String text(Map<String, Object> fields, String name) {
        return fields.get(name) instanceof List<?> list
                ? String.join(" ", texts(list))
                : String.valueOf(fields.getOrDefault(name, ""));
    }

    private static List<String> texts(@Nullable Object list) {
        var texts = new ArrayList<String>();
        if (list instanceof Iterable<?> values) {
            values.forEach(value -> texts.add(String.valueOf(value)));
        }
        return texts;
    }
}
