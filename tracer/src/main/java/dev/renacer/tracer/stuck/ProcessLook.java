// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck;

import dev.renacer.capture.CaptureException;
import dev.renacer.tracer.descriptor.DescriptorSource;
import dev.renacer.tracer.redact.Redactor;
import dev.renacer.tracer.source.SleepingStacks;
import dev.renacer.tracer.stuck.call.Ages;
import dev.renacer.tracer.stuck.call.CallReader;
import dev.renacer.tracer.stuck.proc.ProcFiles;
import dev.renacer.tracer.stuck.proc.ProcessList;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks at processes without attaching to them: everything is read in /proc, and their memory is copied by
 * process_vm_readv(2). No thread of theirs is stopped or woken. Each thread is looked at twice, and what is said of its call
 * is said to be uncertain if it ran in between. Not thread-safe.
 */
public final class ProcessLook implements AutoCloseable {
    /** Between the two looks at a process: long enough to see which share of it a busy thread runs. */
    private static final long BETWEEN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final Path PROC = Path.of("/proc");

    private final LookOptions options;
    private final CallReader reader;
    private final DescriptorSource source;
    private final Optional<SleepingStacks> stacks;
    private final Ages ages;

    /**
     * @param options  how much is looked at and told
     * @throws CaptureException if the capture core cannot be loaded
     */
    public ProcessLook(LookOptions options) throws CaptureException {
        this.options = options;
        reader = new CallReader(options.redactor(), options.detail());
        source = DescriptorSource.ofProc(options.redactor());
        stacks = options.unwinder().map(SleepingStacks::new);
        ages = new Ages(reader.look());
    }

    /** The processes whose first thread has this name. */
    public static List<Integer> named(String name) {
        return ProcessList.take(new ProcFiles(PROC, Redactor.NONE)).named(name);
    }

    /**
     * Looks at processes. Those that are gone are left out.
     *
     * @param children  whether their descendants are looked at, too
     */
    public StuckReport look(List<Integer> pids, boolean children) {
        Neighbours neighbours = new Neighbours(new ProcFiles(PROC, options.redactor()), options.viewpoint());
        Set<Integer> all = new LinkedHashSet<>(pids);
        if (children) {
            pids.forEach(pid -> all.addAll(neighbours.processes().descendants(pid)));
        }
        List<SeenProcess> seen = new ArrayList<>();
        long stacksUntil = System.nanoTime() + options.stacks().toNanos();
        for (int pid : all) {
            ProcFiles files = new ProcFiles(PROC, options.redactor());
            if (!files.threads(pid).isEmpty()) {
                SeenProcess process = new SeenProcess(pid, files, reader, source, neighbours, options);
                process.lookFirst(stacks, stacksUntil);
                seen.add(process);
            }
        }
        Set<String> links = new LinkedHashSet<>();
        seen.forEach(process -> links.addAll(process.sought()));
        neighbours.seek(links);
        waitFor(seen);
        return StuckReport.of(seen.stream().map(process -> process.told(ages)).toList());
    }

    private static void waitFor(List<SeenProcess> seen) {
        long until = seen.stream().mapToLong(SeenProcess::lookedNanos).max().orElse(0) + BETWEEN_NANOS;
        for (long left = until - System.nanoTime(); left > 0 && !seen.isEmpty(); left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    @Override
    public void close() {
        reader.close();
        stacks.ifPresent(SleepingStacks::close);
    }
}
