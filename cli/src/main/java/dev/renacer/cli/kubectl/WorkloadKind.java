// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import static java.util.Map.entry;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a trace can be pointed at. */
enum WorkloadKind {
    POD,
    DEPLOYMENT,
    STATEFULSET,
    DAEMONSET,
    REPLICASET;

    /** The names kubectl takes for each, without the API group. */
    private static final Map<String, WorkloadKind> BY_NAME = Map.ofEntries(
            entry("pod", POD),
            entry("pods", POD),
            entry("po", POD),
            entry("deployment", DEPLOYMENT),
            entry("deployments", DEPLOYMENT),
            entry("deploy", DEPLOYMENT),
            entry("statefulset", STATEFULSET),
            entry("statefulsets", STATEFULSET),
            entry("sts", STATEFULSET),
            entry("daemonset", DAEMONSET),
            entry("daemonsets", DAEMONSET),
            entry("ds", DAEMONSET),
            entry("replicaset", REPLICASET),
            entry("replicasets", REPLICASET),
            entry("rs", REPLICASET));

    /** The singular name. */
    String singular() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The kind a user calls so; {@code deployment.apps} is taken as kubectl prints it. */
    static Optional<WorkloadKind> of(String name) {
        String bare = name.endsWith(".apps") ? name.substring(0, name.length() - ".apps".length()) : name;
        return Optional.ofNullable(BY_NAME.get(bare));
    }

    /** The shortest common spelling of each, for messages. */
    static String spellings() {
        return "pod/NAME, deploy/NAME, sts/NAME, ds/NAME or rs/NAME";
    }
}
