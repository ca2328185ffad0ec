#!/usr/bin/env bash
# Client pods for a measurement: ten connections each that are held, and two that are made anew every second, with what the mounted binding of a
# Redis says. Sourced by measurements, which have a function k that is kubectl in their namespace.

# start_clients REDIS PODS: returns once all of them run.
start_clients() {
  local redis=$1 pods=$2
  k create configmap load --from-file=load.py="${BASH_SOURCE[0]%/*}/load.py" >/dev/null
  k apply --filename - >/dev/null <<YAML
apiVersion: apps/v1
kind: Deployment
metadata: {name: clients}
spec:
  replicas: $pods
  selector: {matchLabels: {app: clients}}
  template:
    metadata: {labels: {app: clients, redoubt.dev/redis-client: $redis}}
    spec:
      automountServiceAccountToken: false
      securityContext: {runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, fsGroup: 65532, seccompProfile: {type: RuntimeDefault}}
      containers:
      - name: client
        image: redoubt.dev/client:1
        imagePullPolicy: IfNotPresent
        command: [python3, -u, /load/load.py]
        securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
        resources: {requests: {cpu: 20m, memory: 64Mi}}
        volumeMounts:
        - {name: binding, mountPath: /binding, readOnly: true}
        - {name: load, mountPath: /load, readOnly: true}
      volumes:
      - {name: binding, secret: {secretName: $redis-binding, defaultMode: 0440}}
      - {name: load, configMap: {name: load}}
YAML
  k rollout status deployment/clients --timeout=5m >/dev/null
}

# end_clients: prints commands, failed, cut and connections, all together; why something failed goes to standard error.
# Told to end, each client prints what it saw; its log is followed until then.
end_clients() {
  local results name names
  results=$(mktemp)
  mapfile -t names < <(k get pod --selector app=clients --output name)
  for name in "${names[@]}"; do k logs --follow "$name" >>"$results" & done
  k scale deployment/clients --replicas=0 >/dev/null
  wait
  jq --slurp --raw-output --raw-input \
    '[split("\n")[] | select(startswith("{")) | fromjson] | "\(map(.commands) | add) \(map(.failed) | add) \(map(.cut) | add) \(map(.connections) | add)"' "$results"
  jq --raw-input --raw-output 'select(startswith("{")) | fromjson | .why[]' "$results" | sort | uniq --count >&2
  rm -f "$results"
}

# server_of REDIS: what stays the same while nothing restarts: which pod it is, and how often its container has started.
server_of() { k get pod "$1-redis-0" --output 'jsonpath={.metadata.uid} {.status.containerStatuses[0].restartCount}'; }
