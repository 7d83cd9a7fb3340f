// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import dev.renacer.crds.Reason;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Processes that are never attached to although they are in a container's cgroup: what the node lives by, and what
 * stands for a container without being it.
 */
final class ForbiddenPrograms {
    /** A node's own: to hold one of them stopped is to hold up the node. */
    private static final Set<String> NODE = Set.of(
            "containerd", "runc", "crun", "youki", "crio", "conmon", "conmonrs", "kubelet", "dockerd", "systemd");

    /** What creates containers: until it executes the container's program, the process it makes of itself is its own. */
    private static final Set<String> RUNTIMES = Set.of("runc", "crun", "youki");
    /** A runtime runs from a copy of its file, which the container could not change (CVE-2019-5736). */
    private static final String COPY = "/memfd:";

    private static final String COPY_OF_ITSELF = "_cloned:/proc/self/exe";

    /** Or from its file where that is mounted alone and the mount let go of (runc before 1.2): then it has no other path. */
    private static final String DETACHED_FILE = "/";

    private static final String SHIM = "containerd-shim";
    /** gVisor: its programs, and the names its re-executed processes give themselves. */
    private static final Set<String> GVISOR = Set.of("runsc", "runsc-sandbox", "runsc-gofer");
    /** Virtual machines and what serves them their files (Kata Containers' hypervisors). */
    private static final List<String> MACHINES =
            List.of("qemu-", "cloud-hypervisor", "firecracker", "virtiofsd", "stratovirt");

    private ForbiddenPrograms() {}

    /**
     * Whether a program creates containers.
     *
     * @param executable  path of its file, as /proc/PID/exe has it
     */
    static boolean isRuntime(String executable) {
        return executable.equals(DETACHED_FILE)
                || RUNTIMES.contains(executable.substring(executable.lastIndexOf('/') + 1))
                || (executable.startsWith(COPY) && executable.contains(COPY_OF_ITSELF));
    }

    /**
     * Whether a process is one of them.
     *
     * @param program  name of its program's file
     * @param name     the process's name
     */
    static Optional<Refusal> refusal(Optional<String> program, Optional<String> name) {
        String file = program.orElse("");
        if (NODE.contains(file) || file.startsWith(SHIM)) {
            return Optional.of(new Refusal(
                    Reason.NeverTraced,
                    "a process of the container runs " + OneLine.clean(file)
                            + ", which is part of the node and never traced; name the processes to trace with"
                            + " spec.process"));
        }
        if (GVISOR.contains(file) || name.filter(GVISOR::contains).isPresent()) {
            return Optional.of(new Refusal(
                    Reason.UnsupportedRuntimeClass,
                    "the container runs in gVisor, whose own kernel answers its system calls: the node sees none of"
                            + " them; trace a pod without this runtimeClassName"));
        }
        if (MACHINES.stream().anyMatch(file::startsWith)) {
            return Optional.of(new Refusal(
                    Reason.UnsupportedRuntimeClass,
                    "the container runs in a virtual machine (" + OneLine.clean(file)
                            + "), whose processes the node cannot see; trace a pod without this runtimeClassName"));
        }
        return Optional.empty();
    }
}
