// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck;

import dev.renacer.capture.look.CallLook;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.stuck.proc.ProcFiles;
import dev.renacer.tracer.stuck.proc.ProcessList;
import dev.renacer.tracer.stuck.proc.ThreadStatus;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/** What is between a process and its children. */
final class FamilyWaits {
    /** Flags of linux/sched.h and linux/wait.h. */
    private static final long CLONE_VFORK = 0x4000;

    private static final int P_PID = 1;

    private final ProcFiles files;
    private final Neighbours neighbours;
    private final CallLook look;

    FamilyWaits(ProcFiles files, Neighbours neighbours, CallLook look) {
        this.files = files;
        this.neighbours = neighbours;
        this.look = look;
    }

    /** What a thread waits for that is in a call about children. */
    Optional<WaitFor> of(int pid, SyscallCall call) {
        return switch (call.syscall().name()) {
            case "wait4", "waitpid" -> Optional.of(children(pid, (int) call.args()[0]));
            case "waitid" -> Optional.of(children(pid, call.args()[0] == P_PID ? (int) call.args()[1] : -1));
            case "vfork" -> Optional.of(vfork(pid));
            case "clone" -> (call.args()[0] & CLONE_VFORK) != 0 ? Optional.of(vfork(pid)) : Optional.empty();
            case "clone3" -> (flags(call) & CLONE_VFORK) != 0 ? Optional.of(vfork(pid)) : Optional.empty();
            default -> Optional.empty();
        };
    }

    /** The first field of struct clone_args. */
    private long flags(SyscallCall call) {
        byte[] bytes = look.memory(call.tid(), call.args()[0], Long.BYTES);
        return bytes.length < Long.BYTES
                ? 0
                : ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    private WaitFor vfork(int pid) {
        List<Party> children = living(pid);
        return new WaitFor(
                WaitFor.Kind.VFORK,
                "waits until its vfork child executes a program or ends; "
                        + (children.isEmpty() ? "no child is visible" : "children: " + Words.processes(children)),
                children,
                WaitFor.WAITING);
    }

    private List<Party> living(int pid) {
        return neighbours.processes().children(pid).stream()
                .filter(child -> Activity.of(child.state()) != Activity.ZOMBIE)
                .map(child -> neighbours.process(child.pid(), "child"))
                .toList();
    }

    /**
     * The children that a call waits for.
     *
     * @param wanted  greater than 0: the number, in its own namespace, of a single one
     */
    private WaitFor children(int pid, int wanted) {
        List<Party> children = living(pid).stream()
                .filter(child -> wanted <= 0 || innerPid(child.pid()) == wanted)
                .toList();
        String text = children.isEmpty()
                ? "waits for a child, but none that lives is visible"
                : "waits for " + (children.size() == 1 ? "its child: " : "any of its children: ")
                        + Words.processes(children);
        boolean stopped =
                !children.isEmpty() && children.stream().allMatch(child -> Activity.STOPPED.says(child.state()));
        return new WaitFor(WaitFor.Kind.CHILDREN, text, children, stopped ? WaitFor.SUSPICIOUS : WaitFor.WAITING);
    }

    private int innerPid(int pid) {
        return files.read(pid, "status")
                .map(text -> ThreadStatus.parse(text).innerPid())
                .orElse(pid);
    }

    /** What is to be said about a process that has ended, or has children that have. */
    List<WaitFor> facts(int pid) {
        Optional<ProcessList.Entry> entry = neighbours.processes().find(pid);
        if (entry.isPresent() && Activity.of(entry.get().state()) == Activity.ZOMBIE) {
            Party parent = neighbours.process(entry.get().parent(), "parent");
            return List.of(new WaitFor(
                    WaitFor.Kind.ZOMBIE,
                    "has ended, and its parent has not reaped it: " + Words.process(parent),
                    List.of(parent),
                    WaitFor.SUSPICIOUS));
        }
        List<Party> zombies = neighbours.processes().children(pid).stream()
                .filter(child -> Activity.of(child.state()) == Activity.ZOMBIE)
                .map(child -> neighbours.process(child.pid(), "child"))
                .toList();
        return zombies.isEmpty()
                ? List.of()
                : List.of(new WaitFor(
                        WaitFor.Kind.ZOMBIE,
                        "has not reaped " + Words.count(zombies.size(), "child").replace("childs", "children")
                                + " that ended: " + Words.processes(zombies),
                        zombies,
                        WaitFor.SUSPICIOUS));
    }
}
