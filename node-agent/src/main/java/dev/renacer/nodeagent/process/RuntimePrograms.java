// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.process;

import java.util.Set;

/** What creates containers (OCI runtimes): until it executes the container's program, the process it makes of itself is its own. */
public final class RuntimePrograms {
    private static final Set<String> NAMES = Set.of("runc", "crun", "youki");
    /** A runtime runs from a copy of its file, which the container could not change (CVE-2019-5736). */
    private static final String COPY = "/memfd:";

    private static final String COPY_OF_ITSELF = "_cloned:/proc/self/exe";

    /** Or from its file where that is mounted alone and the mount detached (runc before 1.2): then it has no other path. */
    private static final String DETACHED_FILE = "/";

    private RuntimePrograms() {}

    /**
     * Whether a program creates containers.
     *
     * @param executable  path of its file, as /proc/PID/exe has it
     */
    public static boolean include(String executable) {
        return executable.equals(DETACHED_FILE)
                || NAMES.contains(executable.substring(executable.lastIndexOf('/') + 1))
                || (executable.startsWith(COPY) && executable.contains(COPY_OF_ITSELF));
    }
}
