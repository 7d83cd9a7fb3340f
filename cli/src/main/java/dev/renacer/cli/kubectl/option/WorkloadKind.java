// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.option;

import java.util.Arrays;
import java.util.Optional;

/** The kinds a trace can be pointed at without asking the API server how they are called. */
public enum WorkloadKind {
    POD("Pod", "v1", "pods po"),
    DEPLOYMENT("Deployment", "apps/v1", "deployments deploy"),
    STATEFULSET("StatefulSet", "apps/v1", "statefulsets sts"),
    DAEMONSET("DaemonSet", "apps/v1", "daemonsets ds"),
    REPLICASET("ReplicaSet", "apps/v1", "replicasets rs"),
    JOB("Job", "batch/v1", "jobs"),
    CRONJOB("CronJob", "batch/v1", "cronjobs cj");

    private final String kind;
    private final String apiVersion;
    private final String names;

    WorkloadKind(String kind, String apiVersion, String names) {
        this.kind = kind;
        this.apiVersion = apiVersion;
        this.names = names;
    }

    /** As in an object's {@code kind}. */
    String kind() {
        return kind;
    }

    /** The kind a user calls so: singular, plural, short name, alone or with its API group, in any case. */
    public static Optional<WorkloadKind> of(String name) {
        return Arrays.stream(values()).filter(kind -> kind.isCalled(name)).findFirst();
    }

    private boolean isCalled(String name) {
        int slash = apiVersion.indexOf('/');
        String group = slash < 0 ? "" : "." + apiVersion.substring(0, slash);
        String bare =
                !group.isEmpty() && name.endsWith(group) ? name.substring(0, name.length() - group.length()) : name;
        return kind.equalsIgnoreCase(bare)
                || Arrays.stream(names.split(" ")).anyMatch(known -> known.equalsIgnoreCase(bare));
    }

    /** The shortest common spelling of each, for messages. */
    public static String spellings() {
        return "pod/NAME, deploy/NAME, sts/NAME, ds/NAME, rs/NAME, job/NAME, cronjob/NAME or KIND.GROUP/NAME";
    }
}
