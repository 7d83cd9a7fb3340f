// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.process;

import java.util.Set;

/**
 * Programs that create containers (OCI runtimes): until it executes the container's program, a process that the runtime
 * makes from itself belongs to the runtime.
 */
public final class RuntimePrograms {
    private static final Set<String> NAMES = Set.of("runc", "crun", "youki");
    /** A runtime runs from a copy of its file, which the container could not change (CVE-2019-5736). */
    private static final String COPY = "/memfd:";

    private static final String COPY_OF_ITSELF = "_cloned:/proc/self/exe";

    /**
     * Or from its file, if that file alone is mounted and the mount is detached (runc before 1.2): then it has no other
     * path.
     */
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
