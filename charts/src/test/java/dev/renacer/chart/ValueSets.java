// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.chart;

import java.util.List;

/** Values as admins set them; what must always hold is tested on each. */
final class ValueSets {
    record ValueSet(String name, String values) {
        @Override
        public String toString() {
            return name;
        }
    }

    static final List<ValueSet> ALL = List.of(
            new ValueSet("defaults", "{}"),
            new ValueSet(
                    "a default sink over gRPC", "defaultSink: {endpoint: 'http://otel-collector.observability:4317'}"),
            new ValueSet("a vendor's sink with credentials", """
                defaultSink: {endpoint: 'https://otlp.example.com/v1', protocol: http/protobuf, credentials: vendor, metrics: None}
                sinks: {vendor: {secretName: otlp-vendor}, second: {secretName: otlp-second}}
                """),
            new ValueSet("a strict policy", """
                defaultPolicy:
                  requireJustification: true
                  limits: {maxDurationSeconds: 300, maxTargets: 20, maxRequestsPerNamespace: 3, maxRequestsPerNode: 10}
                  defaults: {maxSlowdownPercent: 200, onExceeded: Detach, ttlSecondsAfterFinished: 3600}
                  forbiddenOptions: [AllSyscalls, Colocation, SourceLocations]
                  arguments: None
                  redact: ['customer-[0-9]+']
                """),
            new ValueSet("one namespace only", "watchNamespace: shop"),
            new ValueSet("one operator", "operator: {replicas: 1}"),
            new ValueSet("a small laptop cluster", """
                operator: {replicas: 1, resources: {requests: {cpu: 5m, memory: 128Mi}}}
                networkPolicy: {enabled: false}
                namespaceOptIn: {required: false}
                """),
            new ValueSet("no admission policies", "admission: {enabled: false}"),
            new ValueSet("requestedBy filled in", "admission: {mutating: 'on'}"),
            new ValueSet("roles and definitions made by somebody else", """
                rbac: {create: false}
                crds: {install: false}
                """),
            new ValueSet("OpenShift", "openshift: {enabled: true}"),
            new ValueSet("Prometheus operator", """
                podMonitor: {enabled: true, labels: {release: prometheus}, interval: 15s}
                serviceMonitor: {enabled: true, labels: {release: prometheus}}
                """),
            new ValueSet("locked-down network", """
                networkPolicy:
                  metrics: {from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]}
                  apiServer: {ports: [6443], cidrs: [10.0.0.1/32]}
                  sinks: {ports: [4317], to: [{ipBlock: {cidr: 10.9.0.0/16}}]}
                """),
            new ValueSet("a private registry and busy nodes", """
                imagePullSecrets: [{name: registry}]
                operator:
                  image: {repository: registry.example.com/renacer-operator, tag: 1.2.3, pullPolicy: Always}
                  logLevel: debug
                  serviceAccount: {name: tracer-operator, annotations: {team: platform}}
                  priorityClassName: system-cluster-critical
                  podAnnotations: {a: b}
                  podLabels: {c: d}
                  tolerations: [{key: dedicated, operator: Equal, value: infra, effect: NoSchedule}]
                  affinity:
                    nodeAffinity:
                      requiredDuringSchedulingIgnoredDuringExecution:
                        nodeSelectorTerms: [{matchExpressions: [{key: infra, operator: Exists}]}]
                  topologySpreadConstraints:
                    - {maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule}
                agent:
                  image: {repository: registry.example.com/renacer-node-agent, tag: 1.2.3}
                  serviceAccount: {name: tracer-agent}
                  updateStrategy: {type: OnDelete}
                  tolerations: []
                  podAnnotations: {a: b}
                  appArmorProfile: {type: Unconfined}
                  seLinuxOptions: {type: spc_t}
                """));

    private ValueSets() {}
}
