// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.process;

/** Which cgroup hierarchies this node uses, as the lines of a {@code /proc/PID/cgroup} show (cgroups(7)). */
public enum CgroupMode {
    /** Controllers only on version 1 hierarchies. */
    V1("v1"),
    /** Only the unified hierarchy: a single line {@code 0::path}. */
    V2("v2"),
    /** Both: controllers on version 1, and the unified hierarchy beside them. */
    HYBRID("hybrid");

    private final String text;

    CgroupMode(String text) {
        this.text = text;
    }

    /** The mode that the text of a {@code /proc/PID/cgroup} shows. */
    static CgroupMode of(String procCgroup) {
        boolean unified = procCgroup.lines().anyMatch(line -> line.startsWith("0::"));
        boolean legacy = procCgroup.lines().anyMatch(line -> !line.startsWith("0::"));
        if (unified) {
            return legacy ? HYBRID : V2;
        }
        return V1;
    }

    /** As TraceNode's status shows it. */
    String text() {
        return text;
    }
}
