{{- /*
SPDX-FileCopyrightText: The Renacer authors
SPDX-License-Identifier: Apache-2.0

What each program may do. docs/reference/rbac.md is generated from this.
*/ -}}
{{- define "renacer.rules.operator" -}}
# delete: a finished request whose ttlSecondsAfterFinished has passed. patch: its finalizer. deletecollection: the NodeTraces of one
# request in one call.
- {apiGroups: [renacer.dev], resources: [tracerequests], verbs: [get, list, watch, patch, delete]}
- {apiGroups: [renacer.dev], resources: [tracerequests/status], verbs: [patch]}
- {apiGroups: [renacer.dev], resources: [nodetraces], verbs: [get, list, watch, create, patch, deletecollection]}
- {apiGroups: [""], resources: [pods], verbs: [get, list, watch]}
- {apiGroups: [""], resources: [namespaces], verbs: [get]}
- {apiGroups: [""], resources: [events], verbs: [create]}
# What a workloadRef may name.
- {apiGroups: [apps], resources: [deployments, statefulsets, daemonsets, replicasets], verbs: [get]}
- {apiGroups: [batch], resources: [jobs], verbs: [get, list]}
- {apiGroups: [batch], resources: [cronjobs], verbs: [get]}
- {apiGroups: ["*"], resources: ["*/scale"], verbs: [get]}
{{- end -}}

{{- define "renacer.rules.operator.cluster" -}}
# create: the sink and the policy named default, from the values.
- {apiGroups: [renacer.dev], resources: [tracesinks, tracepolicies], verbs: [get, list, watch, create]}
- {apiGroups: [renacer.dev], resources: [tracesinks/status], verbs: [patch]}
- {apiGroups: [renacer.dev], resources: [tracenodes], verbs: [get, list]}
- {apiGroups: [""], resources: [nodes], verbs: [get]}
# gVisor and Kata cannot be traced.
- {apiGroups: [node.k8s.io], resources: [runtimeclasses], verbs: [get]}
{{- end -}}

{{- define "renacer.rules.agent" -}}
- {apiGroups: [renacer.dev], resources: [nodetraces], verbs: [get, list, watch]}
- {apiGroups: [renacer.dev], resources: [nodetraces/status], verbs: [patch]}
{{- end -}}

{{- define "renacer.rules.agent.cluster" -}}
- {apiGroups: [renacer.dev], resources: [tracenodes], verbs: [get, create]}
- {apiGroups: [renacer.dev], resources: [tracenodes/status], verbs: [patch]}
{{- end -}}

{{- define "renacer.rules.uninstall" -}}
# patch: spec.stop before, the operator's finalizer after.
- {apiGroups: [renacer.dev], resources: [tracerequests], verbs: [get, list, patch]}
- {apiGroups: [renacer.dev], resources: [nodetraces], verbs: [list, delete]}
{{- end -}}

{{- define "renacer.rules.uninstall.cluster" -}}
- {apiGroups: [renacer.dev], resources: [tracenodes], verbs: [list, delete]}
- {apiGroups: [renacer.dev], resources: [tracesinks, tracepolicies], resourceNames: [default], verbs: [get, delete]}
{{- end -}}
