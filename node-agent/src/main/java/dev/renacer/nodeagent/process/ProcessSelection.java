// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.process;

import dev.renacer.crds.Reason;
import dev.renacer.crds.UserText;
import dev.renacer.nodeagent.refusal.Refusal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Which processes of a container are attached to: without a pattern all, with one those whose name it matches, and
 * their descendants, whatever their names are. Processes that are never traced are left out either way.
 *
 * <p>The engine itself follows descendants that a traced process creates later; this class finds the earlier ones.
 */
public final class ProcessSelection {
    private static final int NAMES_SHOWN = 5;
    /**
     * More generations than a process has in practice; a pid that is reused while its parents are read could cause a
     * loop.
     */
    private static final int MAX_GENERATIONS = 64;

    private final ProcessFiles files;
    private final Optional<ProcessPattern> pattern;
    private final IntPredicate isOutside;

    /**
     * @param isOutside  whether a process lives outside the container
     */
    public ProcessSelection(ProcessFiles files, Optional<ProcessPattern> pattern, IntPredicate isOutside) {
        this.files = files;
        this.pattern = pattern;
        this.isOutside = isOutside;
    }

    /**
     * The choice.
     *
     * @param attach      processes to attach to
     * @param beforeExec  processes to attach to that belong to the runtime until they execute the container's program
     * @param refusal     why others are left out, if that says something about the container
     */
    public record Choice(List<Integer> attach, List<Integer> beforeExec, Optional<Refusal> refusal) {}

    /**
     * Chooses among the processes of the container.
     *
     * @param pids    all its processes
     * @param traced  whether a process is already traced
     */
    public Choice choose(List<Integer> pids, IntPredicate traced) {
        List<Integer> attach = new ArrayList<>();
        List<Integer> beforeExec = new ArrayList<>();
        Set<String> unmatched = new LinkedHashSet<>();
        Optional<Refusal> forbidden = Optional.empty();
        Set<Integer> members = new HashSet<>(pids);
        for (int pid : pids) {
            if (traced.test(pid)) {
                continue;
            }
            if (isRuntimes(pid)) {
                if (pattern.isEmpty()) {
                    beforeExec.add(pid);
                }
                continue; // what it will be called is not known yet
            }
            Optional<String> name = files.name(pid);
            Optional<Refusal> never = ForbiddenPrograms.refusal(files.program(pid), name);
            if (never.isPresent()) {
                forbidden = never;
            } else if (isSelected(pid, name, members, traced)) {
                attach.add(pid);
            } else {
                name.ifPresent(unmatched::add);
            }
        }
        return new Choice(attach, beforeExec, forbidden.or(() -> notMatched(unmatched)));
    }

    /**
     * Whether a process is about to become the container's: it runs the runtime's program and was started from outside.
     * One that was started inside, by a container engine that runs there, belongs to that engine.
     */
    private boolean isRuntimes(int pid) {
        return files.executable(pid).filter(RuntimePrograms::include).isPresent() && isStartedFromOutside(pid);
    }

    private boolean isStartedFromOutside(int pid) {
        Optional<Integer> parent = files.parent(pid);
        if (parent.filter(isOutside::test).isPresent()) {
            return true;
        }
        // The parent may have ended meanwhile: then the process has another one.
        Optional<Integer> next = files.parent(pid);
        return !next.equals(parent) && next.filter(isOutside::test).isPresent();
    }

    private boolean isSelected(int pid, Optional<String> name, Set<Integer> members, IntPredicate traced) {
        if (pattern.isEmpty()) {
            return true;
        }
        int at = pid;
        Optional<String> atName = name;
        for (int generation = 0; generation < MAX_GENERATIONS; generation++) {
            if (traced.test(at) || atName.filter(pattern.get()::matches).isPresent()) {
                return true;
            }
            Optional<Integer> parent = files.parent(at).filter(members::contains);
            if (parent.isEmpty()) {
                return false;
            }
            at = parent.get();
            atName = files.name(at);
        }
        return false;
    }

    private Optional<Refusal> notMatched(Set<String> names) {
        if (names.isEmpty()) {
            return Optional.empty();
        }
        String shown = String.join(
                ", ", names.stream().limit(NAMES_SHOWN).map(UserText::printable).toList());
        return Optional.of(new Refusal(
                Reason.ProcessNotMatched,
                "no name of its processes is matched by spec.process "
                        + UserText.printable(
                                pattern.map(ProcessPattern::toString).orElse("")) + "; they are called " + shown
                        + (names.size() > NAMES_SHOWN ? ", ..." : "")
                        + "; one that begins within the window is traced from a few ms after it has its name"));
    }
}
