{{- define "cache-service.labels" -}}
app.kubernetes.io/name: cache-service
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/part-of: redoubt
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 }}
{{- end -}}

{{/* The metadata that all objects share. Takes the root and, where an object has them, more labels and annotations; its own win. */}}
{{- define "cache-service.metadata" -}}
labels:
  {{- merge (dict) (.labels | default dict) (include "cache-service.labels" .root | fromYaml) .root.Values.labels | toYaml | nindent 2 }}
{{- with merge (dict) (.annotations | default dict) .root.Values.annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "cache-service.cache" -}}
{{- include "cache-service.name" (list "cache.name" (default (printf "%s-cache" .Release.Name) .Values.cache.name)) -}}
{{- end -}}

{{- define "cache-service.state" -}}
{{- include "cache-service.name" (list "state.name" (default (printf "%s-state" .Release.Name) .Values.state.name)) -}}
{{- end -}}

{{- define "cache-service.service" -}}
{{- include "cache-service.name" (list "service.name" (default .Release.Name .Values.service.name)) -}}
{{- end -}}

{{/* Takes a setting and the name that it gives; a name that the API would refuse is refused here, where the setting is known. */}}
{{- define "cache-service.name" -}}
{{- $setting := index . 0 -}}
{{- $name := index . 1 -}}
{{- if gt (len $name) 40 -}}
{{- fail (printf "%s: %q has %d characters and may have 40, because the names of its Services and pods are made from it. Set %s to a shorter name." $setting $name (len $name) $setting) -}}
{{- end -}}
{{- if not (regexMatch "^[a-z]([-a-z0-9]*[a-z0-9])?$" $name) -}}
{{- fail (printf "%s: %q is no name for a Service, which begins with a letter and has a-z, 0-9 and - only. Set %s, or give the release another name." $setting $name $setting) -}}
{{- end -}}
{{- $name -}}
{{- end -}}

{{/* A client that may both read and write a region, and that region: {client, region} as JSON; {} when there is none. */}}
{{- define "cache-service.readerAndWriter" -}}
{{- $regions := list -}}
{{- range .Values.service.spec.regions -}}{{- $regions = append $regions .name -}}{{- end -}}
{{- $found := dict -}}
{{- range $client := .Values.service.spec.clients -}}
{{- if or (not $.Values.test.client) (eq $.Values.test.client $client.name) -}}
{{- range $region := $regions -}}
{{- $reads := or (has "*" ($client.read | default list)) (has $region ($client.read | default list)) -}}
{{- $writes := or (has "*" ($client.write | default list)) (has $region ($client.write | default list)) -}}
{{- $wanted := or (not $.Values.test.region) (eq $.Values.test.region $region) -}}
{{- if and $reads $writes $wanted (not $found.client) -}}
{{- $_ := set $found "client" $client -}}
{{- $_ := set $found "region" $region -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $found | toJson -}}
{{- end -}}

{{/* The client that `helm test` runs as, and its region: {client, region} as JSON. */}}
{{- define "cache-service.tester" -}}
{{- $found := include "cache-service.readerAndWriter" . -}}
{{- if not ($found | fromJson).client -}}
{{- fail "test: no client of service.spec.clients may both read and write a region, as `helm test` must. Name one in test.client (and test.region) that may, or set test.enabled=false." -}}
{{- end -}}
{{- $found -}}
{{- end -}}

{{/* A pod of `helm test`: {root, name, client (label and its value), script, volumes}. As restricted as the pods that it asks. */}}
{{- define "cache-service.testPod" -}}
apiVersion: v1
kind: Pod
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  {{- /* Not the service's own name: no Service may take this pod for one of its replicas. */}}
  {{- $labels := merge (dict "app.kubernetes.io/name" "cache-service-test") .client .root.Values.test.podLabels }}
  {{- $hook := dict "helm.sh/hook" "test" "helm.sh/hook-delete-policy" "before-hook-creation,hook-succeeded" }}
  {{- include "cache-service.metadata" (dict "root" .root "labels" $labels "annotations" $hook) | nindent 2 }}
spec:
  restartPolicy: Never
  activeDeadlineSeconds: 120
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: 5
  {{- with .root.Values.test.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 65532
    runAsGroup: 65532
    # The binding is readable by this group only.
    fsGroup: 65532
    seccompProfile:
      type: RuntimeDefault
  containers:
  - name: smoke
    image: {{ .root.Values.test.image }}
    imagePullPolicy: {{ .root.Values.test.imagePullPolicy }}
    command: [/bin/sh, -eu, -c]
    args:
    - |
      {{- .script | nindent 6 }}
    {{- with .env }}
    env:
      {{- toYaml . | nindent 4 }}
    {{- end }}
    resources:
      {{- toYaml .root.Values.test.resources | nindent 6 }}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities:
        drop: [ALL]
    volumeMounts:
    - name: binding
      mountPath: /binding
      readOnly: true
    - name: tmp
      mountPath: /tmp
  volumes:
  - name: binding
    projected:
      defaultMode: 0440
      sources:
      {{- toYaml .sources | nindent 6 }}
  - name: tmp
    emptyDir:
      medium: Memory
      sizeLimit: 1Mi
{{- end -}}
