// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.source;

import dev.renacer.capture.CodeMapping;
import dev.renacer.capture.ring.CapturedEvent;
import dev.renacer.capture.ring.EventFlags;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link CallSites} that follow copied stacks: known paths from memory, others by asking an {@link Unwinder}. */
public final class UnwoundCallSites implements CallSites {
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    /** After this many unwinders no more are started: each failed one kept the reader waiting. */
    private static final int MOST_UNWINDERS = 100;
    /** __AUDIT_ARCH_64BIT of linux/audit.h. */
    private static final int AUDIT_ARCH_64BIT = 0x8000_0000;

    private final boolean lines;
    private final boolean stacks;
    private final Unwinder unwinder;
    private final RootFolder ownRoot = RootFolder.own();
    private final Map<Integer, RootFolder> roots = new HashMap<>();
    private final Map<Integer, ProgramCode> byPid = new HashMap<>();
    private final Map<Integer, ProgramCode> beforeExec = new HashMap<>();
    private int images;
    private volatile long located;
    private volatile long unknown;
    private volatile long failed;
    private volatile long restarts;

    /** Device and inode of a root folder, as stat(2) reports them; zeros: unknown. */
    private record RootFolder(long device, long inode) {
        static RootFolder own() {
            try {
                Map<String, Object> facts = Files.readAttributes(Path.of("/"), "unix:dev,ino");
                return new RootFolder(number(facts.get("dev")), number(facts.get("ino")));
            } catch (IOException | UnsupportedOperationException e) {
                return new RootFolder(0, 0); // then files are looked for through the process only
            }
        }

        boolean isKnown() {
            return inode != 0;
        }

        private static long number(@Nullable Object fact) {
            return fact instanceof Number number ? number.longValue() : 0;
        }
    }

    /**
     * @param program  renacer-symbolize
     */
    public UnwoundCallSites(Path program) {
        this(program, true, false);
    }

    /**
     * @param program  renacer-symbolize
     * @param lines    whether it is asked for the source of calls
     * @param stacks   whether it is asked for their stacks
     */
    public UnwoundCallSites(Path program, boolean lines, boolean stacks) {
        this(program, PATIENCE, lines, stacks);
    }

    UnwoundCallSites(Path program, Duration patience) {
        this(program, patience, true, false);
    }

    private UnwoundCallSites(Path program, Duration patience, boolean lines, boolean stacks) {
        this.lines = lines;
        this.stacks = stacks;
        this.unwinder = new Unwinder(program, patience);
    }

    @Override
    public void mapped(CapturedEvent event) {
        int pid = event.tgid();
        beforeExec.remove(pid);
        String lines = event.pieceCount() == 0 ? "" : new String(event.pieceBytes(0), StandardCharsets.UTF_8);
        List<CodeMapping> mappings = CodeMapping.parse(lines);
        RootFolder root = new RootFolder(event.arg(0), event.arg(1));
        roots.put(pid, root);
        take(pid, ownRoot.isKnown() && ownRoot.equals(root), mappings);
    }

    private void take(int pid, boolean sameRoot, List<CodeMapping> mappings) {
        ProgramCode known = byPid.get(pid);
        if (known == null || !known.growsTo(pid, mappings)) {
            byPid.put(
                    pid, sharedWith(mappings, pid).orElseGet(() -> new ProgramCode(++images, pid, sameRoot, mappings)));
        }
    }

    /** A fork has its parent's code. */
    private Optional<ProgramCode> sharedWith(List<CodeMapping> mappings, int pid) {
        return byPid.values().stream()
                .filter(code -> code.modules().size() == mappings.size() && code.growsTo(pid, mappings))
                .findFirst();
    }

    @Override
    public void executed(int pid) {
        ProgramCode before = byPid.remove(pid);
        if (before != null) {
            beforeExec.put(pid, before);
        }
    }

    @Override
    public void ended(int pid) {
        byPid.remove(pid);
        beforeExec.remove(pid);
        roots.remove(pid);
    }

    @Override
    public Optional<SourceLocation> locate(CapturedEvent event) {
        StackSample sample = lines ? StackSample.of(event) : null;
        ProgramCode code = sample == null ? null : codeOf(event);
        if (sample == null || code == null) {
            return Optional.empty(); // found in progress, of 32 bits, or the record of its code was lost
        }
        code.forgetIfGrown(System.nanoTime());
        CallPaths.Known known = code.paths().find(sample);
        if (known != null) {
            return counted(known.location());
        }
        if (!isReady(code, event)) {
            return failed();
        }
        Optional<UnwinderAnswer> answer = unwinder.follow(code, sample.bytes());
        if (answer.isPresent() && code.leaves(answer.get()) && sawNewCode(event.tgid(), code)) {
            code = byPid.getOrDefault(event.tgid(), code);
            answer = unwinder.follow(code, sample.bytes());
        }
        noteRestarts();
        if (answer.isEmpty()) {
            code.failed();
            return failed();
        }
        code.learn(sample, answer.get(), System.nanoTime());
        return counted(answer.get().location());
    }

    @Override
    public Optional<CallStack> stack(CapturedEvent event) {
        if (!stacks) {
            return Optional.empty();
        }
        StackSample sample = StackSample.of(event);
        if (sample == null) {
            return uncopied(event);
        }
        ProgramCode code = codeOf(event);
        if (code == null) {
            return Optional.of(CallStack.without(CallStack.End.UNKNOWN_CODE));
        }
        CallStack known = code.stacks().find(sample);
        if (known != null) {
            return Optional.of(known);
        }
        return Optional.of(isReady(code, event) ? followed(code, sample, event) : unfollowed());
    }

    private CallStack followed(ProgramCode first, StackSample sample, CapturedEvent event) {
        ProgramCode code = first;
        Optional<TracedStack> answer = unwinder.trace(code, sample.bytes());
        if (answer.isPresent() && code.leaves(answer.get()) && sawNewCode(event.tgid(), code)) {
            code = byPid.getOrDefault(event.tgid(), code);
            answer = unwinder.trace(code, sample.bytes());
        }
        noteRestarts();
        if (answer.isEmpty()) {
            code.failed();
            return unfollowed();
        }
        return code.learn(sample, answer.get(), System.nanoTime());
    }

    /** The execve of a launch, which our own code makes, has no stack of the program's. */
    private static Optional<CallStack> uncopied(CapturedEvent event) {
        if ((event.flags() & EventFlags.IN_PROGRESS_AT_ATTACH) != 0) {
            return Optional.of(CallStack.without(CallStack.End.IN_PROGRESS));
        }
        return (event.arch() & AUDIT_ARCH_64BIT) == 0
                ? Optional.of(CallStack.without(CallStack.End.NARROW))
                : Optional.empty();
    }

    private @Nullable ProgramCode codeOf(CapturedEvent event) {
        return byPid.getOrDefault(event.tgid(), beforeExec.get(event.tgid()));
    }

    /** Whether the unwinder may be asked about this code; if so, its files can be opened, as far as they can at all. */
    private boolean isReady(ProgramCode code, CapturedEvent event) {
        if (code.isHopeless() || (unwinder.started() >= MOST_UNWINDERS && unwinder.pid() == 0)) {
            return false;
        }
        if (!isAlive(code.pid())) {
            livingInRootOf(event.tgid()).ifPresent(code::openThrough);
        }
        return true;
    }

    private void noteRestarts() {
        restarts = Math.max(0, unwinder.started() - 1);
    }

    private static boolean isAlive(int pid) {
        return Files.exists(Path.of("/proc", Integer.toString(pid), "root")); // a zombie's leads nowhere
    }

    /** A process that sees the same files; a short-lived one is gone before its files are wanted. */
    private Optional<Integer> livingInRootOf(int pid) {
        RootFolder root = roots.get(pid);
        if (root == null || !root.isKnown()) {
            return Optional.empty();
        }
        return roots.entrySet().stream()
                .filter(entry -> entry.getKey() != pid && entry.getValue().equals(root))
                .map(Map.Entry::getKey)
                .filter(UnwoundCallSites::isAlive)
                .findFirst();
    }

    /**
     * Looks where the process's code is mapped now, if it still lives: the event about it may have been lost. Done only
     * rarely, since generated code is not mapped from a file.
     */
    private boolean sawNewCode(int pid, ProgramCode code) {
        if (!code.mayLookAgain(System.nanoTime())) {
            return false;
        }
        List<CodeMapping> mappings;
        try {
            mappings = CodeMapping.parse(Files.readString(Path.of("/proc", Integer.toString(pid), "maps")));
        } catch (IOException e) {
            return false; // it is gone, or has a path that is not UTF-8
        }
        if (code.modules().containsAll(mappings)) {
            return false;
        }
        take(pid, code.ownRoot(), mappings);
        return true;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // only the consumer thread writes
    private Optional<SourceLocation> counted(Optional<SourceLocation> location) {
        if (location.isPresent()) {
            located++;
        } else {
            unknown++;
        }
        return location;
    }

    private Optional<SourceLocation> failed() {
        countFailure();
        return Optional.empty();
    }

    private CallStack unfollowed() {
        if (!lines) { // otherwise the call is counted already
            countFailure();
        }
        return CallStack.without(CallStack.End.FAILED);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // only the consumer thread writes
    private void countFailure() {
        failed++;
    }

    @Override
    public SourceCounts counts() {
        return new SourceCounts(located, unknown, failed, restarts);
    }

    /** The pid of the running unwinder; 0: none. */
    int unwinderPid() {
        return unwinder.pid();
    }

    @Override
    public void close() {
        unwinder.close();
    }
}
