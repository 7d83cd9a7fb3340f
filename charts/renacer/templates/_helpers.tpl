{{- /*
SPDX-FileCopyrightText: The Renacer authors
SPDX-License-Identifier: Apache-2.0
*/ -}}
{{- /* Call with (list . "operator"): the names of a component's objects. */ -}}
{{- define "renacer.name" -}}
{{- $root := index . 0 -}}
{{- $base := $root.Release.Name -}}
{{- if ne $base $root.Chart.Name -}}{{- $base = printf "%s-%s" $base $root.Chart.Name -}}{{- end -}}
{{- printf "%s-%s" ($base | trunc 40 | trimSuffix "-") (index . 1) -}}
{{- end -}}

{{- define "renacer.selector" -}}
app.kubernetes.io/name: {{ (index . 0).Chart.Name }}
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{- define "renacer.labels" -}}
{{ include "renacer.selector" . }}
app.kubernetes.io/version: {{ (index . 0).Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ (index . 0).Release.Service }}
helm.sh/chart: {{ printf "%s-%s" (index . 0).Chart.Name (index . 0).Chart.Version }}
{{- end -}}

{{- define "renacer.image" -}}
{{- $image := (index (index . 0).Values (index . 1)).image -}}
{{ printf "%s:%s" $image.repository (default (index . 0).Chart.AppVersion $image.tag) }}
{{- end -}}

{{- define "renacer.serviceAccountName" -}}
{{- default (include "renacer.name" .) (index (index . 0).Values (index . 1)).serviceAccount.name -}}
{{- end -}}

{{- /* The user name the API server knows a component by. */ -}}
{{- define "renacer.username" -}}
system:serviceaccount:{{ (index . 0).Release.Namespace }}:{{ include "renacer.serviceAccountName" . }}
{{- end -}}

{{- /* What the operator makes at its start, of its configuration file. */ -}}
{{- define "renacer.defaults" -}}
{{- $config := dict -}}
{{- with .Values.defaultSink -}}
{{- if .endpoint -}}
{{- $sink := dict "endpoint" .endpoint -}}
{{- with .protocol -}}{{- $_ := set $sink "protocol" . -}}{{- end -}}
{{- with .credentials -}}{{- $_ := set $sink "credentials" . -}}{{- end -}}
{{- with .metrics -}}{{- $_ := set $sink "metrics" . -}}{{- end -}}
{{- $_ := set $config "defaultSink" $sink -}}
{{- end -}}
{{- end -}}
{{- with .Values.defaultPolicy -}}{{- $_ := set $config "defaultPolicy" . -}}{{- end -}}
{{- toYaml $config -}}
{{- end -}}

{{- /* The operator's configuration file. */ -}}
{{- define "renacer.config" -}}
{{- $config := include "renacer.defaults" . | fromYaml -}}
{{- $_ := set $config "requireNamespaceLabel" .Values.namespaceOptIn.required -}}
{{- if .Values.agent.colocation.enabled -}}{{- $_ := set $config "colocation" true -}}{{- end -}}
{{- $selector := include "renacer.selector" (list . "agent") | fromYaml -}}
{{- $_ := set $config "agents" (dict "namespace" .Release.Namespace "selector" $selector) -}}
{{- toYaml $config -}}
{{- end -}}

{{- /* Where pods go and how they look, alike for both programs; call with the component's values. */ -}}
{{- define "renacer.scheduling" -}}
{{- with .priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "renacer.probes" -}}
startupProbe:
  httpGet: {path: /livez, port: http}
  periodSeconds: 2
  failureThreshold: 30
livenessProbe:
  httpGet: {path: /livez, port: http}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: {path: /readyz, port: http}
  periodSeconds: 5
  timeoutSeconds: 5
{{- end -}}
