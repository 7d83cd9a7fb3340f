{{- /*
SPDX-FileCopyrightText: The Renacer authors
SPDX-License-Identifier: Apache-2.0

Spec of a pod in which the operator's program does one thing and ends. Call with a dict: root, argument, serviceAccount, and config, the
ConfigMap with its file.
*/ -}}
{{- define "renacer.once" -}}
{{- $operator := .root.Values.operator -}}
restartPolicy: Never
serviceAccountName: {{ .serviceAccount }}
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  seccompProfile: {type: RuntimeDefault}
containers:
  - name: operator
    image: {{ include "renacer.image" (list .root "operator") | quote }}
    imagePullPolicy: {{ $operator.image.pullPolicy }}
    args: [{{ .argument }}]
    env:
      - name: POD_NAMESPACE
        valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
      - name: RENACER_CONFIG
        value: /etc/renacer/operator/config.yaml
      - name: RENACER_LOG_LEVEL
        value: warn
      {{- with .root.Values.watchNamespace }}
      - name: RENACER_WATCH_NAMESPACE
        value: {{ . | quote }}
      {{- end }}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities: {drop: [ALL]}
    resources: {{- toYaml $operator.resources | nindent 6 }}
    volumeMounts:
      - {name: config, mountPath: /etc/renacer/operator, readOnly: true}
      - {name: tmp, mountPath: /tmp}
volumes:
  - name: config
    configMap: {name: {{ .config }}}
  - name: tmp
    emptyDir: {sizeLimit: 16Mi}
{{- include "renacer.scheduling" $operator }}
{{- end -}}
