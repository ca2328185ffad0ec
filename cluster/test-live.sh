# Live tests on the running cluster; sourced by cluster/test. Everything lies
# in namespaces of this run's own, so that other users are not disturbed.
# shellcheck shell=bash

k() { redoubt-cluster exec -- kubectl "$@"; }
run=ct$$
web=$run-web client=$run-client restricted=$run-restricted

# pod prints a pod that runs a shell command. (busybox's wget must not get -T:
# Debian's build of it dies of that option. Use timeout.)
pod() { # namespace name labels command [more fields of the container]
    cat <<YAML
apiVersion: v1
kind: Pod
metadata: {namespace: $1, name: $2, labels: {$3}}
spec:
  terminationGracePeriodSeconds: 0
  restartPolicy: Never
  containers:
  - name: main
    image: redoubt.dev/busybox:1
    command: [sh, -c, "$4"]
    ${5:-}
---
YAML
}

set_up() {
    if ! redoubt-cluster status >/dev/null; then
        redoubt-cluster up --owner "$checkout"
    fi
    {
        printf 'apiVersion: v1\nkind: Namespace\nmetadata: {name: %s}\n---\n' $web
        printf 'apiVersion: v1\nkind: Namespace\nmetadata: {name: %s, labels: {team: client}}\n---\n' $client
        printf 'apiVersion: v1\nkind: Namespace\nmetadata: {name: %s, labels: {pod-security.kubernetes.io/enforce: restricted}}\n---\n' $restricted
    } | k apply -f -
    for namespace in $web $client; do
        within 20 k -n $namespace get serviceaccount default
    done
    {
        pod $web server "app: server" "mkdir /www; echo hello >/www/index.html; httpd -p 8080 -h /www; httpd -f -p 8081 -h /www" \
            "ports: [{name: web, containerPort: 8080}]
    readinessProbe: {httpGet: {port: 8080, path: /}, periodSeconds: 1}"
        pod $web neighbour "role: neighbour" "sleep 3600"
        pod $client friend "role: friend" "sleep 3600"
        cat <<YAML
apiVersion: v1
kind: Service
metadata: {namespace: $web, name: server}
spec: {selector: {app: server}, ports: [{port: 80, targetPort: web}]}
---
apiVersion: v1
kind: Service
metadata: {namespace: $web, name: headless}
spec: {clusterIP: None, selector: {app: server}, ports: [{port: 8080}]}
YAML
    } | k apply -f -
    k -n $web wait --for=condition=Ready pod/server pod/neighbour --timeout=60s
    k -n $client wait --for=condition=Ready pod/friend --timeout=60s
    server_ip=$(k -n $web get pod server -o jsonpath='{.status.podIP}')
    echo "$server_ip" >"/tmp/redoubt-cluster-test.$$.ip"
}

tear_down() {
    k delete namespace $web $client $restricted --wait=false >/dev/null 2>&1
    rm -f "/tmp/redoubt-cluster-test.$$" "/tmp/redoubt-cluster-test.$$.ip"
}

server() { cat "/tmp/redoubt-cluster-test.$$.ip"; }

# get asks for a page; a packet that is dropped is a timeout (143: ended by
# timeout's SIGTERM), and not a refusal, which is an answer.
get() { k -n "$1" exec "$2" -- timeout 2 wget -q -O- "http://$3"; } # namespace pod address
reaches() { within 10 get "$1" "$2" "$3"; }
times_out() {
    local deadline=$((SECONDS + 10)) code
    while :; do
        code=0
        get "$1" "$2" "$3" || code=$?
        [ $code -ne 143 ] || return 0
        [ $SECONDS -lt $deadline ] || { echo "no timeout from $2 to $3: exit code $code"; return 1; }
        sleep 0.2
    done
}

headless_name() { k -n $client exec friend -- nslookup headless.$web.svc.cluster.local | grep "Address: $(server)"; }
names() {
    k -n $client exec friend -- nslookup server.$web.svc.cluster.local | grep -q 'Address: 10\.96\.'
    within 15 headless_name # CoreDNS keeps a "no such name" from before the pod was ready for 5 s
}
no_such_name() {
    local begin=$SECONDS
    ! k -n $client exec friend -- nslookup example.com || { echo "a name outside the cluster has an answer"; return 1; }
    [ $((SECONDS - begin)) -le 2 ]
}
cluster_ip() {
    reaches $client friend server.$web
    get $client friend server.$web | grep -q hello
}
no_uplink() { ! redoubt-cluster exec -- timeout 3 bash -c 'exec 3<>/dev/tcp/192.0.2.1/80' 2>/dev/null; }

logs() {
    pod $web talker "a: b" "echo spoken" | k apply -f -
    within 20 sh -c "redoubt-cluster exec -- kubectl -n $web logs talker | grep -q spoken"
}
streams() {
    [ "$(echo through | k -n $web exec -i neighbour -- cat)" = through ]
    local code=0
    k -n $web exec neighbour -- sh -c 'exit 7' || code=$?
    [ $code -eq 7 ]
    [ "$(echo in | redoubt-cluster exec -- cat)" = in ]
    code=0
    redoubt-cluster exec -- sh -c 'exit 9' || code=$?
    [ $code -eq 9 ]
}
port_forward() {
    redoubt-cluster exec -- sh -c "kubectl -n $web port-forward pod/server 18080:8080 >/dev/null & p=\$!
        for i in \$(seq 50); do busybox wget -q -O- http://127.0.0.1:18080/ 2>/dev/null && break; sleep 0.1; done; kill \$p" | grep -q hello
}

policy() { # the spec, in one line
    printf 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {namespace: %s, name: test}\nspec: %s\n' $web "$1" | k apply -f -
}
no_policy() { k -n $web delete networkpolicy test --ignore-not-found; }

policy_denies() {
    policy '{podSelector: {matchLabels: {app: server}}, policyTypes: [Ingress]}'
    times_out $client friend "$(server):8080"
    times_out $client friend server.$web
    times_out $web neighbour "$(server):8080"
}
probes_pass() { # the kubelet must still reach a pod that nobody else may reach
    sleep 4
    k -n $web wait --for=condition=Ready pod/server --timeout=1s
}
policy_allows_by_labels() {
    policy '{podSelector: {matchLabels: {app: server}}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: client}}, podSelector: {matchLabels: {role: friend}}}]}]}'
    reaches $client friend "$(server):8080"
    reaches $client friend server.$web
    times_out $web neighbour "$(server):8080"
}
policy_allows_a_named_port_only() {
    policy '{podSelector: {matchLabels: {app: server}}, ingress: [{ports: [{port: web}]}]}'
    reaches $web neighbour "$(server):8080"
    times_out $web neighbour "$(server):8081"
}
policy_allows_a_range_of_ports() {
    policy '{podSelector: {matchLabels: {app: server}}, ingress: [{ports: [{port: 8081, endPort: 8090}]}]}'
    reaches $web neighbour "$(server):8081"
    times_out $web neighbour "$(server):8080"
}
policy_by_address() {
    local except
    except=$(k -n $client get pod friend -o jsonpath='{.status.podIP}')/32
    policy "{podSelector: {matchLabels: {app: server}}, ingress: [{from: [{ipBlock: {cidr: 10.244.0.0/16, except: [$except]}}]}]}"
    reaches $web neighbour "$(server):8080"
    times_out $client friend "$(server):8080"
}
policy_for_egress() {
    policy '{podSelector: {matchLabels: {role: neighbour}}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: kube-dns}}}], ports: [{port: 53, protocol: UDP}]}, {to: [{podSelector: {matchLabels: {app: server}}}], ports: [{port: 8081}]}]}'
    within 10 k -n $web exec neighbour -- nslookup server.$web.svc.cluster.local
    reaches $web neighbour "$(server):8081"
    times_out $web neighbour "$(server):8080"
    # The API server is an address as any other.
    times_out $web neighbour 10.10.0.1:6443
}
policy_goes() {
    no_policy
    reaches $client friend "$(server):8080"
    reaches $web neighbour "$(server):8080"
}
policy_covers_a_pod_from_its_start() {
    policy '{podSelector: {matchLabels: {role: prisoner}}, policyTypes: [Egress]}'
    # Each tries again and again from its first instant; one success betrays a
    # gap. The free one shows that the attempt itself works.
    local name attempt="for i in 1 2 3 4 5 6; do timeout 0.3 wget -q -O- http://$(server):8080/ && echo escaped; done; echo done"
    {
        for name in prisoner-1 prisoner-2 prisoner-3; do
            pod $web $name "role: prisoner" "$attempt"
        done
        pod $web free "role: free" "$attempt"
    } | k apply -f -
    for name in free prisoner-1 prisoner-2 prisoner-3; do
        within 30 sh -c "redoubt-cluster exec -- kubectl -n $web logs $name | grep -q done"
    done
    k -n $web logs free | grep -q escaped
    for name in prisoner-1 prisoner-2 prisoner-3; do
        if k -n $web logs $name | grep escaped; then
            return 1
        fi
    done
    no_policy
}
policy_admits_a_client_from_its_start() {
    policy '{podSelector: {matchLabels: {app: server}}, ingress: [{from: [{podSelector: {matchLabels: {role: guest}}}]}]}'
    times_out $web neighbour "$(server):8080"
    pod $web guest "role: guest" "timeout 0.5 wget -q -O- http://$(server):8080/ || echo refused; echo done" | k apply -f -
    within 30 sh -c "redoubt-cluster exec -- kubectl -n $web logs guest | grep -q done"
    k -n $web logs guest | grep -q hello
    no_policy
}

claim() {
    cat <<YAML | k apply -f -
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {namespace: $web, name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Pod
metadata: {namespace: $web, name: keeper}
spec:
  terminationGracePeriodSeconds: 0
  securityContext: {runAsUser: 1000, runAsNonRoot: true}
  containers:
  - name: main
    image: redoubt.dev/busybox:1
    command: [sh, -c, "echo kept >/data/file; sleep 3600"]
    volumeMounts: [{name: data, mountPath: /data}]
  volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
YAML
    k -n $web wait --for=condition=Ready pod/keeper --timeout=60s
    [ "$(k -n $web exec keeper -- cat /data/file)" = kept ]
}
capacity() { [ "$(k -n $web get pvc data -o jsonpath='{.status.capacity.storage}')" = "$1" ]; }
claim_grows() {
    capacity 1Gi
    k -n $web patch pvc data -p '{"spec":{"resources":{"requests":{"storage":"3Gi"}}}}'
    within 10 capacity 3Gi
    local volume
    volume=$(k -n $web get pvc data -o jsonpath='{.spec.volumeName}')
    [ "$(k get pv "$volume" -o jsonpath='{.spec.capacity.storage}')" = 3Gi ]
    [ -z "$(k -n $web get pvc data -o jsonpath='{.status.conditions}')" ]
    # Asking for less is refused, as everywhere.
    ! k -n $web patch pvc data -p '{"spec":{"resources":{"requests":{"storage":"2Gi"}}}}'
}
claim_goes() {
    local volume
    volume=$(k -n $web get pvc data -o jsonpath='{.spec.volumeName}')
    k -n $web delete pod/keeper pvc/data --timeout=30s
    within 30 sh -c "! redoubt-cluster exec -- kubectl get pv $volume"
    ! ls -d /var/lib/redoubt/volumes/"$volume"* 2>/dev/null
}

restricted_refuses() {
    local output code=0
    output=$(pod $restricted bad "a: b" "sleep 1" | k apply -f - 2>&1) || code=$?
    [ $code -ne 0 ]
    grep -q 'violates PodSecurity "restricted' <<<"$output"
}
restricted_admits() {
    pod $restricted good "a: b" "sleep 60" \
        "securityContext: {runAsNonRoot: true, runAsUser: 1000, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}}" |
        k apply -f -
    k -n $restricted wait --for=condition=Ready pod/good --timeout=30s
}
rbac_refuses() {
    [ "$(k auth can-i list secrets -n $web --as=system:serviceaccount:$web:default || true)" = no ]
    k -n $web create role reader --verb=list --resource=secrets
    k -n $web create rolebinding reader --role=reader --serviceaccount=$web:default
    within 5 k auth can-i list secrets -n $web --as=system:serviceaccount:$web:default
}
memory_limit_kills() {
    pod $web eater "a: b" "x=xxxxxxxxxxxxxxxx; while :; do x=\$x\$x; done" "resources: {limits: {memory: 32Mi}}" | k apply -f -
    within 30 sh -c "redoubt-cluster exec -- kubectl -n $web get pod eater -o jsonpath='{.status.containerStatuses[0].state.terminated.reason}' | grep -qx OOMKilled"
}
memory_resizes_in_place() {
    pod $web elastic "a: b" "sleep 3600" "resources: {requests: {memory: 32Mi}, limits: {memory: 64Mi}}" | k apply -f -
    k -n $web wait --for=condition=Ready pod/elastic --timeout=30s
    k -n $web patch pod elastic --subresource resize -p '{"spec":{"containers":[{"name":"main","resources":{"limits":{"memory":"96Mi"}}}]}}'
    within 20 sh -c "redoubt-cluster exec -- kubectl -n $web get pod elastic -o jsonpath='{.status.containerStatuses[0].resources.limits.memory}' | grep -qx 96Mi"
    [ "$(k -n $web get pod elastic -o jsonpath='{.status.containerStatuses[0].restartCount}')" = 0 ]
}

up_reuses() {
    local before after holder
    holder=$(cat /run/redoubt/holder)
    redoubt-cluster up --owner "$holder" # Programs that were built anew meanwhile are replaced once.
    before=$(cat /run/redoubt/processes/*.json)
    redoubt-cluster up --owner "$holder"
    after=$(cat /run/redoubt/processes/*.json)
    [ "$before" = "$after" ]
}
second_checkout_is_told() {
    local output code=0 holder
    holder=$(cat /run/redoubt/holder)
    output=$(redoubt-cluster up --owner /another/checkout 2>&1) || code=$?
    [ $code -eq 5 ]
    grep -qF "$holder" <<<"$output"
    grep -qF './redoubt down' <<<"$output"
    code=0
    redoubt-cluster down --owner /another/checkout || code=$?
    [ $code -eq 5 ]
}
load_remembers() {
    redoubt-cluster load /var/lib/redoubt/redoubt-1/busybox.tar 2>&1 | grep -q 'imported before'
    # The same content under another name, in a directory with other things.
    local dir output
    dir=$(mktemp -d)
    cp /var/lib/redoubt/redoubt-1/busybox.tar "$dir/copy.tar"
    echo "not an archive" >"$dir/notes.txt"
    output=$(redoubt-cluster up --owner "$(cat /run/redoubt/holder)" --images "$dir" 2>&1) || { echo "$output"; return 1; }
    rm -rf "$dir"
    grep -q '1 of these had been imported before' <<<"$output"
}
trap tear_down EXIT
check "set up: a server, a neighbour, a client" set_up
check "pod DNS: a Service, a headless Service" names
check "DNS: a name outside the cluster does not exist, at once" no_such_name
check "ClusterIP" cluster_ip
check "the namespace has no uplink" no_uplink
check "logs" logs
check "exec: standard streams and exit codes" streams
check "port-forward" port_forward
check "NetworkPolicy denies: a timeout, by address and by Service" policy_denies
check "NetworkPolicy: the kubelet's probes pass" probes_pass
check "NetworkPolicy allows by namespace and pod labels" policy_allows_by_labels
check "NetworkPolicy allows a named port and no other" policy_allows_a_named_port_only
check "NetworkPolicy allows a range of ports and no other" policy_allows_a_range_of_ports
check "NetworkPolicy by address range with an exception" policy_by_address
check "NetworkPolicy for egress: DNS, one port, not the API server" policy_for_egress
check "NetworkPolicy: without it all is open again" policy_goes
check "NetworkPolicy covers a new pod from its first packet" policy_covers_a_pod_from_its_start
check "NetworkPolicy admits a new client from its first packet" policy_admits_a_client_from_its_start
check "a claim gets a volume that a non-root pod can write to" claim
check "a claim grows" claim_grows
check "a deleted claim takes its files with it" claim_goes
check "\"restricted\" admission refuses a bad pod" restricted_refuses
check "\"restricted\" admission lets a good pod run" restricted_admits
check "RBAC refuses, and permits" rbac_refuses
check "a memory limit kills" memory_limit_kills
check "memory is resized in place" memory_resizes_in_place
check "up on the running cluster reuses it" up_reuses
check "a second checkout is told who holds the cluster" second_checkout_is_told
check "an image that was imported is not imported again" load_remembers
check "all processes together use at most 1200 MB" memory_is_bounded
