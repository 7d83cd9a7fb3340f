// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.report;

import dev.renacer.capture.PrintableText;
import dev.renacer.tracer.TracedProcess;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the threads and processes of a trace. The kernel gives ids again: one that was seen to end is another when it comes
 * back. For one thread.
 */
final class ThreadRows {
    private record Known(int index, int pid) {}

    private final ReportBlock block;
    private final Map<Integer, Known> threads = new HashMap<>();
    private final Map<Integer, Integer> processes = new HashMap<>();
    private int threadCount;
    private int processCount;
    private int recentTid;
    private @Nullable Known recent;

    ThreadRows(ReportBlock block) {
        this.block = block;
    }

    /** Whether this process has a number. */
    boolean isKnown(TracedProcess process) {
        return processes.containsKey(process.pid());
    }

    /** The number of a thread, which is new if it was not seen before. */
    int index(TracedProcess process, int tid) {
        Known last = recent;
        if (last != null && recentTid == tid && last.pid() == process.pid()) {
            return last.index();
        }
        Known known = threads.get(tid);
        if (known == null || known.pid() != process.pid()) {
            known = new Known(threadCount++, process.pid());
            threads.put(tid, known);
            ByteColumn rows = block.section(Section.THREADS);
            int of = process(process);
            rows.number(tid);
            rows.number(of);
        }
        recentTid = tid;
        recent = known;
        return known.index();
    }

    private int process(TracedProcess process) {
        Integer known = processes.get(process.pid());
        if (known != null) {
            return known;
        }
        ByteColumn rows = block.section(Section.PROCESSES);
        rows.number(process.pid());
        rows.number(process.vpid());
        rows.number(process.parentPid());
        processes.put(process.pid(), processCount);
        return processCount++;
    }

    /** The thread has ended. */
    void threadEnded(int tid) {
        threads.remove(tid);
        recent = null;
    }

    /** The process has ended, or is not traced any more. */
    void processEnded(int pid) {
        processes.remove(pid);
        threads.values().removeIf(thread -> thread.pid() == pid);
        recent = null;
    }

    /** Name and path of the program of a process. */
    static String program(TracedProcess process) {
        return PrintableText.of(process.name()) + "\t"
                + PrintableText.of(process.executable().orElse(""));
    }
}
