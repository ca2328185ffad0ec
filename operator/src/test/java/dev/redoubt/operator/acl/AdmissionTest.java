package dev.redoubt.operator.acl;

import static dev.redoubt.operator.acl.RedisUsers.onServer;
import static dev.redoubt.operator.acl.RedisUsers.user;
import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.api.v1alpha1.RedisUser;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who gets the keys that two ask for. */
class AdmissionTest {
    private static final String EARLY = "2026-01-01T00:00:00Z";
    private static final String LATE = "2026-02-01T00:00:00Z";
    private static final RedisUser ORDERS = user("orders", EARLY, "keys: [{pattern: \"orders:*\"}]");
    private static final RedisUser SAME = user("same", LATE, "keys: [{pattern: \"orders:eu:*\"}]");

    @Test
    void whoHasOtherKeysIsNobodysConcern() {
        var carts = user("carts", LATE, "keys: [{pattern: \"carts:*\"}]");
        var admission = admission(List.of(ORDERS, carts));

        assertThat(admission.complaint(ORDERS)).isEmpty();
        assertThat(admission.complaint(carts)).isEmpty();
    }

    @Test
    void ofTwoNewcomersTheYoungerIsRefused() {
        var admission = admission(List.of(SAME, ORDERS));

        assertThat(admission.complaint(ORDERS)).isEmpty();
        assertThat(admission.complaint(SAME))
                .contains(
                        "spec.keys: \"orders:eu:*\" reaches keys of RedisUser orders, which has \"orders:*\". Write another prefix; or, if"
                                + " both shall reach these keys, shared: true for this pattern in both.");
    }

    @Test
    void ofTwoOfTheSameAgeTheNameDecides() {
        var twin = user("a-twin", EARLY, "keys: [{pattern: \"orders:*\"}]");
        var admission = admission(List.of(ORDERS, twin));

        assertThat(admission.complaint(twin)).isEmpty();
        assertThat(admission.complaint(ORDERS)).isPresent();
    }

    /** Or an old user could take the keys of every other by a change of its own. */
    @Test
    void whoHasTheKeysKeepsThemFromAnElderToo() {
        var admission = admission(List.of(ORDERS, SAME), onServer(SAME));

        assertThat(admission.complaint(SAME)).isEmpty();
        assertThat(admission.complaint(ORDERS)).isPresent();
    }

    @Test
    void whatSomebodyStillHasOnTheServerIsNotFreeYet() {
        var before = user("moving", EARLY, "keys: [{pattern: \"orders:*\", access: ReadOnly}]");
        var now = user("moving", EARLY, "keys: [{pattern: \"elsewhere:*\"}]");

        assertThat(admission(List.of(now, SAME), onServer(before)).complaint(SAME))
                .isPresent();
        assertThat(admission(List.of(now, SAME), onServer(now)).complaint(SAME)).isEmpty();
    }

    @Test
    void bothHaveToShare() {
        var sharing = user("orders", EARLY, "keys: [{pattern: \"orders:*\", shared: true}]");
        var reader = user("reader", LATE, "keys: [{pattern: \"orders:*\", access: ReadOnly, shared: true}]");
        var greedy = user("greedy", LATE, "keys: [{pattern: \"orders:*\", access: ReadOnly}]");

        assertThat(admission(List.of(sharing, reader)).complaint(reader)).isEmpty();
        assertThat(admission(List.of(sharing, greedy)).complaint(greedy)).isPresent();
        assertThat(admission(List.of(ORDERS, reader)).complaint(reader)).isPresent();
    }

    /** It is told to who takes the sharing back; whoever reads the keys meanwhile is not at fault. */
    @Test
    void whoTakesBackTheSharingHearsWhoStillReadsTheKeys() {
        var reader = user("reader", LATE, "keys: [{pattern: \"orders:*\", access: ReadOnly, shared: true}]");
        var admission = admission(List.of(ORDERS, reader), onServer(ORDERS), onServer(reader));

        assertThat(admission.complaint(ORDERS).orElseThrow()).contains("RedisUser reader");
        assertThat(admission.complaint(reader)).isEmpty();
    }

    @Test
    void aServerHasABoundOfUsers() {
        var many = IntStream.range(0, Admission.MOST_USERS)
                .mapToObj(i -> user("u" + i, EARLY, ""))
                .toList();
        var last = user("last", LATE, "");
        var all = Stream.concat(many.stream(), Stream.of(last)).toList();

        assertThat(admission(many).complaint(many.getLast())).isEmpty();
        assertThat(admission(all).complaint(last).orElseThrow()).contains("has 100 RedisUsers already");
        assertThat(admission(all, onServer(last)).complaint(last)).isEmpty();
    }

    private static Admission admission(List<RedisUser> users, ServerUser... standing) {
        Map<String, ServerUser> byName =
                Arrays.stream(standing).collect(Collectors.toMap(ServerUser::name, told -> told));
        return new Admission(users, byName);
    }
}
