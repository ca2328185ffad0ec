# Lifecycle tests; sourced by cluster/test.
#
# What the machine looks like is written down before the cluster exists, and
# again after each way of ending it. Every difference is a failure.
# shellcheck shell=bash

owner=$checkout
work=$(mktemp -d)
trap 'rm -rf "$work" /tmp/redoubt-cluster-test.$$' EXIT

nothing_left() { "$here/traces" >"$work/after"; diff "$work/before" "$work/after"; }
down_leaves_nothing() { redoubt-cluster down && nothing_left; }

pod_running() {
    redoubt-cluster exec -- kubectl run left --image=redoubt.dev/busybox:1 --restart=Never --overrides='{"spec":{"terminationGracePeriodSeconds":0}}' -- sh -c 'trap "" TERM; while :; do sleep 1; done'
    redoubt-cluster exec -- kubectl wait --for=condition=Ready pod/left --timeout=60s
}

up() { redoubt-cluster up --owner "$owner"; }

# killed_after lets `up` run that long and kills it so that it can do nothing
# about it.
killed_after() { # seconds
    : >"$work/up.log" # the kill may come before the shell of the next line has got that far
    redoubt-cluster up --owner "$owner" >"$work/up.log" 2>&1 &
    local pid=$!
    sleep "$1"
    kill -KILL "$pid" 2>/dev/null || echo "up had ended already"
    wait "$pid" 2>/dev/null || true
    cat "$work/up.log"
}

kill_then_down() { killed_after "$1" && down_leaves_nothing; }
kill_then_up() { killed_after "$1" && up && redoubt-cluster status; }

# none_runs PID…: all of them are gone; what is dead and not yet waited for does not run.
none_runs() { [ -z "$(ps -o stat= -p "$(IFS=,; echo "$*")" | grep -v '^Z')" ]; }

dead_holder_is_replaced() {
    # All of the cluster dies, as by a crash, and another checkout comes.
    local pids
    mapfile -t pids < <(sed -n 's/.*"pid": \([0-9]*\).*/\1/p' /run/redoubt/processes/*.json)
    kill -KILL "${pids[@]}"
    # A signal is not a death: who comes while one of them still runs is rightly sent away.
    within 10 none_runs "${pids[@]}"
    redoubt-cluster up --owner /somewhere/else
    grep -qx /somewhere/else /run/redoubt/holder
    redoubt-cluster status
}

not_running() { local code=0; redoubt-cluster status || code=$?; [ $code -eq 3 ]; }
down_twice() { redoubt-cluster down && redoubt-cluster down && nothing_left; }

recycled_pid_survives() {
    # A record of a process id that now belongs to somebody else.
    sleep 300 &
    local innocent=$!
    mkdir -p /run/redoubt/processes
    printf '{"name":"kubelet","identity":{"pid":%d,"start":1,"boot":"%s"},"executable":"/bin/sleep","args":[]}' \
        "$innocent" "$(cat /proc/sys/kernel/random/boot_id)" >/run/redoubt/processes/kubelet.json
    redoubt-cluster down
    kill -0 "$innocent" || { echo "a process that is not ours was killed"; return 1; }
    kill "$innocent"
}

component_that_cannot_start_says_why() {
    # An address that is taken: the second etcd cannot listen.
    redoubt-cluster up --owner "$owner"
    local code=0 output pid
    pid=$(sed -n 's/.*"pid": \([0-9]*\).*/\1/p' /run/redoubt/processes/coredns.json)
    kill -KILL "$pid"
    within 10 none_runs "$pid"
    echo "nonsense {" >/run/redoubt/config/Corefile
    output=$(redoubt-cluster up --owner "$owner" 2>&1) || code=$?
    [ $code -eq 1 ]
    grep -q "coredns did not start" <<<"$output"
    grep -q "/var/lib/redoubt/log/coredns.log" <<<"$output"
    grep -q "What to do" <<<"$output"
}

redoubt-cluster down >/dev/null 2>&1
"$here/traces" >"$work/before"

check "status without a cluster says so with exit code 3" not_running
check "down without a cluster changes nothing" down_leaves_nothing
check "a process that got a recorded id by chance is not killed" recycled_pid_survives
check "up on a clean machine" up
check "a pod that ignores SIGTERM runs" pod_running
check "down leaves nothing of a cluster with pods" down_leaves_nothing
for seconds in 0.05 0.2 0.5 1 2 3.5 6; do
    check "SIGKILL of up after $seconds s, then down: nothing left" kill_then_down "$seconds"
done
check "SIGKILL of up after 1.5 s, then up: a whole cluster" kill_then_up 1.5
check "a dead cluster of another checkout is taken over" dead_holder_is_replaced
check "down twice leaves nothing" down_twice
check "a component that cannot start says why and what to do" component_that_cannot_start_says_why
check "down after a failed up leaves nothing" down_leaves_nothing
