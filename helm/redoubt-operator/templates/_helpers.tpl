{{/* The name of the operator's objects: the release's, with the chart's when that is not in it already. */}}
{{- define "redoubt-operator.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What identifies the operator's pods. The name is fixed, also for a sub-chart under an alias: NetworkPolicies of Redis select by it. */}}
{{- define "redoubt-operator.selectorLabels" -}}
app.kubernetes.io/name: redoubt-operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* The labels of the pods: none that changes with the chart's version alone, which would restart them for nothing. */}}
{{- define "redoubt-operator.podLabels" -}}
{{ include "redoubt-operator.selectorLabels" . }}
app.kubernetes.io/component: operator
app.kubernetes.io/part-of: redoubt
{{- with .Values.podLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "redoubt-operator.labels" -}}
{{ include "redoubt-operator.selectorLabels" . }}
app.kubernetes.io/component: operator
app.kubernetes.io/part-of: redoubt
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "redoubt-operator-%s" .Chart.Version | replace "+" "_" | trunc 63 }}
{{- with .Values.labels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* The metadata that all objects share. Takes the root and, where an object has them, more labels and annotations. */}}
{{- define "redoubt-operator.metadata" -}}
labels:
  {{- include "redoubt-operator.labels" .root | nindent 2 }}
  {{- with .labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with merge (dict) (.annotations | default dict) .root.Values.annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "redoubt-operator.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "redoubt-operator.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "redoubt-operator.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{/* The watched namespaces as a JSON list; empty means the whole cluster. */}}
{{- define "redoubt-operator.namespaces" -}}
{{- if eq .Values.scope "Cluster" -}}
[]
{{- else -}}
{{- default (list .Release.Namespace) .Values.watchNamespaces | uniq | sortAlpha | toJson -}}
{{- end -}}
{{- end -}}

{{/* Selects the watched namespaces in a peer of a NetworkPolicy. */}}
{{- define "redoubt-operator.servedNamespaces" -}}
{{- $namespaces := include "redoubt-operator.namespaces" . | fromJsonArray -}}
{{- if $namespaces -}}
namespaceSelector:
  matchExpressions:
  - key: kubernetes.io/metadata.name
    operator: In
    values: {{ $namespaces | toJson }}
{{- else -}}
namespaceSelector: {}
{{- end -}}
{{- end -}}

{{/* operator.yaml: what the chart knows, and the further keys of `config`. */}}
{{- define "redoubt-operator.config" -}}
{{- $own := dict
  "watchNamespaces" (include "redoubt-operator.namespaces" . | fromJsonArray)
  "images" (dict
    "redis" .Values.images.redis
    "valkey" .Values.images.valkey
    "cacheService" (default (printf "redoubt.dev/cache-service:%s" .Chart.AppVersion) .Values.images.cacheService)
    "exporter" .Values.images.exporter)
  "clusterDomain" .Values.clusterDomain
  "instance" .Values.instance
  "operator" (dict
    "namespace" .Release.Namespace
    "podLabels" (include "redoubt-operator.selectorLabels" . | fromYaml))
  "leaderElection" (dict "enabled" true "lease" (include "redoubt-operator.fullname" .))
  "http" (dict "port" 8080)
-}}
{{- range $key, $_ := .Values.config -}}
{{- if hasKey $own $key -}}
{{- fail (printf "config.%s: the chart writes this key itself. Use the chart's own setting (scope, watchNamespaces, images, clusterDomain, instance) and leave it out of config." $key) -}}
{{- end -}}
{{- end -}}
{{- merge (dict) $own .Values.config | toYaml -}}
{{- end -}}

{{/* What the schema cannot say, or cannot say clearly. */}}
{{- define "redoubt-operator.validate" -}}
{{- if and (eq .Values.scope "Cluster") .Values.watchNamespaces -}}
{{- fail "watchNamespaces: only together with scope=Namespaced. Set scope=Namespaced, or leave watchNamespaces empty to serve the whole cluster." -}}
{{- end -}}
{{- $images := merge (dict "image" (include "redoubt-operator.image" .)) .Values.images -}}
{{- range $key, $image := $images -}}
{{- if and $image (or (hasSuffix ":latest" $image) (not (regexMatch "(:[A-Za-z0-9_][A-Za-z0-9_.-]*|@sha256:[a-f0-9]{64})$" $image))) -}}
{{- fail (printf "%s: %q names no version. Write a tag other than `latest`, or a digest, for example registry.example.com/redis:8.0." (ternary "image.tag" (printf "images.%s" $key) (eq $key "image")) $image) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The pod-level half of the "restricted" Pod Security Standard. */}}
{{- define "redoubt-operator.podSecurityContext" -}}
runAsNonRoot: true
{{- with .Values.runAsUser }}
runAsUser: {{ . }}
runAsGroup: {{ . }}
{{- end }}
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{/* The container-level half, and a root file system that cannot be written. */}}
{{- define "redoubt-operator.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* What every pod of the operator's image needs: a place for temporary files, and a token. This one lives for an hour; the
     one that Kubernetes mounts by itself is honoured for a year. */}}
{{- define "redoubt-operator.volumes" -}}
- name: token
  projected:
    defaultMode: 0444
    sources:
    - serviceAccountToken:
        path: token
        expirationSeconds: 3600
    - configMap:
        name: kube-root-ca.crt
        items:
        - key: ca.crt
          path: ca.crt
    - downwardAPI:
        items:
        - path: namespace
          fieldRef:
            fieldPath: metadata.namespace
- name: tmp
  emptyDir:
    sizeLimit: 64Mi
{{- end -}}

{{- define "redoubt-operator.volumeMounts" -}}
- name: token
  mountPath: /var/run/secrets/kubernetes.io/serviceaccount
  readOnly: true
- name: tmp
  mountPath: /tmp
{{- end -}}

{{- define "redoubt-operator.placement" -}}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Egress to DNS and to the API server: the operator and the Job for the definitions need both. */}}
{{- define "redoubt-operator.clusterEgress" -}}
- ports:
  {{- range .Values.networkPolicy.dns.ports }}
  - port: {{ . }}
    protocol: UDP
  - port: {{ . }}
    protocol: TCP
  {{- end }}
  {{- with .Values.networkPolicy.dns.to }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
- ports:
  {{- range .Values.networkPolicy.apiServer.ports }}
  - port: {{ . }}
    protocol: TCP
  {{- end }}
  {{- with .Values.networkPolicy.apiServer.cidrs }}
  to:
  {{- range . }}
  - ipBlock:
      cidr: {{ . }}
  {{- end }}
  {{- end }}
{{- end -}}
