// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.source;

import dev.renacer.capture.CodeMapping;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The code of a process, and of the processes it forks as long as theirs is the same. Not thread-safe. */
final class ProgramCode {
    private static final int TOLERATED_FAILURES = 3;
    private static final long LOOK_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final int id;
    private final List<CodeMapping> modules;
    private CallPaths<CallPaths.Known> paths = new CallPaths<>();
    private CallPaths<CallStack> stacks = new CallPaths<>();
    private int pid;
    private boolean isSubstitute;
    private boolean ownRoot;
    private int failures;
    private boolean looked;
    private long lookedAt;
    private boolean generating;
    private long measuredAt;
    private long perfMapSize;
    /** The number of the unwinder that knows this code, and how many of its modules it knows. */
    private long toldTo;

    private int told;

    ProgramCode(int id, int pid, boolean ownRoot, List<CodeMapping> modules) {
        this.id = id;
        this.pid = pid;
        this.ownRoot = ownRoot;
        this.modules = new ArrayList<>(modules);
    }

    /** Identifies it to the unwinder. */
    int id() {
        return id;
    }

    /** A process that runs this code, through which its files are opened. */
    int pid() {
        return pid;
    }

    /** Opens its files through another process, which has the same root folder but may not run this code. */
    void openThrough(int other) {
        pid = other;
        isSubstitute = true;
    }

    /** Whether {@link #pid} only has the same root folder. */
    boolean isSubstitute() {
        return isSubstitute;
    }

    /** Whether that process's root folder is ours. */
    boolean ownRoot() {
        return ownRoot;
    }

    /** In the order in which they became known. */
    List<CodeMapping> modules() {
        return modules;
    }

    /** Where calls come from, by their stacks. */
    CallPaths<CallPaths.Known> paths() {
        return paths;
    }

    /** The stacks as a whole. */
    CallPaths<CallStack> stacks() {
        return stacks;
    }

    /** Remembers an answer. */
    void learn(StackSample sample, UnwinderAnswer answer, long now) {
        watch(answer.frames(), now);
        paths.add(sample, answer.frames(), new CallPaths.Known(answer.location()));
    }

    /** Remembers a stack. */
    CallStack learn(StackSample sample, TracedStack answer, long now) {
        List<UnwinderAnswer.Frame> frames = answer.frames().stream()
                .map(frame -> new UnwinderAnswer.Frame(frame.address(), frame.slot()))
                .toList();
        watch(frames, now);
        CallStack stack = shown(answer);
        stacks.add(sample, frames, stack);
        return stack;
    }

    /** A stack with the files that its code is in. */
    CallStack shown(TracedStack answer) {
        return new CallStack(answer.frames().stream().map(this::shown).toList(), answer.end());
    }

    private CallStack.Frame shown(TracedStack.Frame frame) {
        Optional<CodeMapping> module = modules.stream()
                .filter(mapping -> mapping.contains(frame.address() - 1))
                .findFirst();
        long address = module.map(mapping -> frame.address() - mapping.start() + mapping.offset())
                .orElse(frame.address());
        return new CallStack.Frame(module.map(CodeMapping::path), address, frame.function(), frame.functionOffset());
    }

    private void watch(List<UnwinderAnswer.Frame> frames, long now) {
        if (!generating && frames.stream().anyMatch(frame -> isGenerated(frame.address() - 1))) {
            generating = true;
            measuredAt = now;
            perfMapSize = PerfMap.size(this);
        }
    }

    /**
     * Forgets what is known about paths if the program has generated code since: unknown code may have a name now, and
     * a function may have been replaced by another. Checks once a second.
     */
    void forgetIfGrown(long now) {
        if (!generating || now - measuredAt < LOOK_EVERY_NANOS) {
            return;
        }
        measuredAt = now;
        long size = PerfMap.size(this);
        if (size != perfMapSize) {
            perfMapSize = size;
            paths = new CallPaths<>();
            stacks = new CallPaths<>();
        }
    }

    /** Whether its processes may have these mappings, too: then they belong to it. */
    boolean growsTo(int of, List<CodeMapping> mappings) {
        if (!new HashSet<>(mappings).containsAll(modules)) {
            return false;
        }
        pid = of;
        isSubstitute = false;
        mappings.stream().filter(mapping -> !modules.contains(mapping)).forEach(modules::add);
        return true;
    }

    /** Whether this answer ends in code that does not belong to this. */
    boolean leaves(UnwinderAnswer answer) {
        return answer.location().isEmpty()
                && isGenerated(answer.frames().getLast().address() - 1);
    }

    /** Likewise of a whole stack. */
    boolean leaves(TracedStack answer) {
        return isGenerated(answer.frames().getLast().address() - 1);
    }

    private boolean isGenerated(long address) {
        return modules.stream().noneMatch(module -> module.contains(address));
    }

    /** Whether it is time to look again where the code is mapped; if so, that counts as done now. */
    boolean mayLookAgain(long now) {
        if (looked && now - lookedAt < LOOK_EVERY_NANOS) {
            return false;
        }
        looked = true;
        lookedAt = now;
        return true;
    }

    /** It made the unwinder fail. */
    void failed() {
        failures++;
    }

    /** Whether it made the unwinder fail so often that the unwinder is not asked about it any more. */
    boolean isHopeless() {
        return failures >= TOLERATED_FAILURES;
    }

    /** How many of the modules this unwinder knows; -1: it does not know the code. */
    int toldTo(long unwinder) {
        return toldTo == unwinder ? told : -1;
    }

    /** This unwinder knows all modules now. */
    void told(long unwinder) {
        toldTo = unwinder;
        told = modules.size();
    }
}
