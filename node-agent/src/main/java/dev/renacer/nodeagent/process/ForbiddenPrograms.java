// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.process;

import dev.renacer.crds.Reason;
import dev.renacer.crds.UserText;
import dev.renacer.nodeagent.refusal.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Processes that are never attached to although they are in a container's cgroup: those the node depends on, and those
 * that represent a container without being it.
 */
final class ForbiddenPrograms {
    /** Programs of the node itself: stopping one of them would hold up the node. */
    private static final Set<String> NODE = Set.of(
            "containerd", "runc", "crun", "youki", "crio", "conmon", "conmonrs", "kubelet", "dockerd", "systemd");

    private static final String SHIM = "containerd-shim";
    /** gVisor: its programs, and the names its re-executed processes give themselves. */
    private static final Set<String> GVISOR = Set.of("runsc", "runsc-sandbox", "runsc-gofer");
    /** Virtual machines and the programs that serve them files (Kata Containers' hypervisors). */
    private static final List<String> MACHINES =
            List.of("qemu-", "cloud-hypervisor", "firecracker", "virtiofsd", "stratovirt");

    private ForbiddenPrograms() {}

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
                    "a process of the container runs " + UserText.printable(file)
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
                    "the container runs in a virtual machine (" + UserText.printable(file)
                            + "), whose processes the node cannot see; trace a pod without this runtimeClassName"));
        }
        return Optional.empty();
    }
}
