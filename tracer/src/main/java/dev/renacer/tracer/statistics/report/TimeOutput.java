// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics.report;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.ThreadTime;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.output.ReportStream;
import dev.renacer.tracer.time.BlockedOn;
import dev.renacer.tracer.time.TimeAccounts;
import dev.renacer.tracer.time.TimeSums;
import dev.renacer.tracer.time.TopTimes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes at the end of a trace where the time of each process went ({@code --time}). For the consumer thread. */
public final class TimeOutput implements TraceListener {
    /** So many processes are told, those with the longest times. */
    private static final int TOLD = 20;
    /** So many that have ended are kept apart. */
    private static final int KEPT = 10 * TOLD;

    /** A file, peer or lock is told if it took at least this part of the time. */
    private static final int LEAST_PART = 1_000;

    private static final Comparator<Spent> LONGEST =
            Comparator.comparingLong((Spent spent) -> spent.sums().wallNanos()).reversed();

    private record Spent(String process, TimeSums sums) {}

    private final ReportStream out;
    private final TimeAccounts accounts;
    private final Map<Integer, String> names = new LinkedHashMap<>();
    private final List<Spent> ended = new ArrayList<>();
    private final TimeSums others = new TimeSums();
    private long otherCount;

    /**
     * @param descriptors  knows what descriptors are; a listener in front of this one
     */
    public TimeOutput(ReportStream out, Descriptors descriptors) {
        this.out = out;
        this.accounts = new TimeAccounts(descriptors, true);
    }

    @Override
    public void onCall(SyscallCall call) {
        accounts.onCall(call);
    }

    @Override
    public void onUnaskedCall(SyscallCall call) {
        accounts.onUnaskedCall(call);
    }

    @Override
    public void onThreadTime(ThreadTime time) {
        accounts.onThreadTime(time);
        names.put(time.process().pid(), time.process().name());
    }

    @Override
    public void onEvent(TraceEvent event) {
        accounts.onEvent(event);
        if (event instanceof TraceEvent.ProcessExited || event instanceof TraceEvent.ProcessDetached) {
            take(event.process().pid());
        }
    }

    private void take(int pid) {
        String name = names.remove(pid);
        accounts.take(pid).ifPresent(sums -> ended.add(new Spent(pid + " " + name, sums)));
        if (ended.size() > KEPT) {
            fold();
        }
    }

    /** Keeps those with the longest times apart. */
    private void fold() {
        ended.sort(LONGEST);
        List<Spent> rest = ended.subList(Math.min(TOLD, ended.size()), ended.size());
        rest.forEach(spent -> others.add(spent.sums()));
        otherCount += rest.size();
        rest.clear();
    }

    @Override
    public void onEnd() {
        List.copyOf(names.keySet()).forEach(this::take);
        fold();
        StringBuilder text = new StringBuilder();
        ended.forEach(spent -> write(text, spent.process(), spent.sums()));
        if (otherCount > 0) {
            write(text, otherCount + (otherCount == 1 ? " other process" : " other processes"), others);
        }
        if (text.isEmpty()) {
            text.append("no times: no thread was traced\n");
        }
        out.print(text);
    }

    private static void write(StringBuilder text, String whose, TimeSums sums) {
        if (!text.isEmpty()) {
            text.append('\n');
        }
        TextTable table = new TextTable("% time", "seconds", whose);
        row(table, sums, sums.cpuNanos(), "on a CPU");
        row(table, sums, sums.runnableNanos(), "runnable, waiting for a CPU");
        row(table, sums, sums.throttledNanos(), "throttled by a quota");
        for (BlockedOn on : BlockedOn.values()) {
            row(table, sums, sums.blockedNanos(on), "blocked: " + on.label());
            switch (on) {
                case FILE -> top(table, sums, sums.files());
                case SOCKET -> top(table, sums, sums.peers());
                case FUTEX -> {
                    top(table, sums, sums.locks());
                    top(table, sums, "held by thread ", sums.holders());
                }
                default -> {
                    // It has no name that says more.
                }
            }
        }
        row(table, sums, sums.tracerNanos(), "stopped by renacer");
        row(table, sums, sums.unknownNanos(), "unknown");
        table.row(Units.percent(sums.wallNanos(), sums.wallNanos()), Units.seconds(sums.wallNanos()), "all threads");
        table.writeTo(text);
    }

    private static void top(TextTable table, TimeSums sums, TopTimes times) {
        top(table, sums, "", times);
    }

    private static void top(TextTable table, TimeSums sums, String what, TopTimes times) {
        for (TopTimes.Entry entry : times.most()) {
            if (entry.nanos() >= sums.wallNanos() / LEAST_PART) {
                row(table, sums, entry.nanos(), "  " + what + entry.name());
            }
        }
    }

    private static void row(TextTable table, TimeSums sums, long nanos, String what) {
        if (nanos > 0) {
            table.row(Units.percent(nanos, sums.wallNanos()), Units.seconds(nanos), what);
        }
    }
}
