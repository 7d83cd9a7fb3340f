// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import dev.renacer.crds.Reason;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Which processes of a container are to be attached to. Without a pattern all; with one those whose name it matches,
 * and their descendants, whatever those are called. What is never traced is left out either way.
 *
 * <p>Descendants a traced process makes later are followed by the engine itself; here are those it had before.
 */
final class ProcessSelection {
    private static final int NAMES_SHOWN = 5;
    /** More generations than a process has in practice; a pid used again while its parents are read could make a loop. */
    private static final int MAX_GENERATIONS = 64;

    private final ProcessFiles files;
    private final Optional<ProcessPattern> pattern;

    ProcessSelection(ProcessFiles files, Optional<ProcessPattern> pattern) {
        this.files = files;
        this.pattern = pattern;
    }

    /**
     * What was chosen.
     *
     * @param attach   processes to attach to
     * @param refusal  why others are left out, if that says something about the container
     */
    record Choice(List<Integer> attach, Optional<Refusal> refusal) {}

    /**
     * Chooses among the processes of the container.
     *
     * @param pids    all of them
     * @param traced  whether one is traced already
     */
    Choice choose(List<Integer> pids, IntPredicate traced) {
        List<Integer> attach = new ArrayList<>();
        Set<String> unmatched = new LinkedHashSet<>();
        Optional<Refusal> forbidden = Optional.empty();
        Set<Integer> members = new HashSet<>(pids);
        for (int pid : pids) {
            if (traced.test(pid)) {
                continue;
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
        return new Choice(attach, forbidden.or(() -> notMatched(unmatched)));
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
                ", ", names.stream().limit(NAMES_SHOWN).map(OneLine::clean).toList());
        return Optional.of(new Refusal(
                Reason.ProcessNotMatched,
                "no name of its processes is matched by spec.process "
                        + OneLine.clean(pattern.map(ProcessPattern::toString).orElse("")) + "; they are called " + shown
                        + (names.size() > NAMES_SHOWN ? ", ..." : "") + "; one that appears is traced"));
    }
}
