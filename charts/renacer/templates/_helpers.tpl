{{- /*
SPDX-FileCopyrightText: The Renacer authors
SPDX-License-Identifier: Apache-2.0
*/ -}}
{{- /* Call with (list . "operator"): the names of a component's objects. */ -}}
{{- define "renacer.name" -}}
{{- $root := index . 0 -}}
{{- $base := $root.Release.Name -}}
{{- if ne $base $root.Chart.Name -}}{{- $base = printf "%s-%s" $base $root.Chart.Name -}}{{- end -}}
{{- printf "%s-%s" ($base | trunc 52 | trimSuffix "-") (index . 1) -}}
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
