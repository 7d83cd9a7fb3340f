// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.report;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.ReportStream;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.redact.Redactor;
import java.util.ArrayList;
import java.util.List;

/**
 * The trace as one HTML page that needs nothing else: no network, no other file. Written as the calls come, in bounded memory; the
 * end of the trace, even an early one, completes it, and a page whose writer was killed is readable up to its last block. For
 * the consumer thread.
 */
public final class HtmlReport implements TraceListener {
    /** How many calls a report holds at most, by default; a browser has to keep all of them in memory. */
    public static final long MOST_CALLS = 2_000_000;

    /** How many other events. */
    private static final long MOST_EVENTS = 500_000;

    /** A good part of what the highest level saves, in a fraction of its time. */
    private static final int COMPRESSION = 4;

    private final ReportStream out;
    private final ReportPage page;
    private final Descriptors descriptors;
    private final long mostCalls;
    private final ReportBlock block = new ReportBlock(COMPRESSION);
    private final BlockTimes times = new BlockTimes(block);
    private final ThreadRows threads = new ThreadRows(block);
    private final EventRows events = new EventRows(block, threads, times);
    private final CallRows rows;
    /** What this process had not looked through before this trace. */
    private final long unreadBefore = Redactor.unread();

    private long calls;
    private long happened;
    private long lost;

    /**
     * @param out          receives the page
     * @param facts        what the page says beside the calls
     * @param descriptors  knows what descriptors are; it must be a listener in front
     * @param names        writes what descriptors are among the arguments (-y)
     * @param detail       how much is written of what arguments point to
     */
    public HtmlReport(
            ReportStream out, ReportFacts facts, Descriptors descriptors, NameWriter names, TextDetail detail) {
        this(out, facts, descriptors, names, detail, MOST_CALLS);
    }

    HtmlReport(
            ReportStream out,
            ReportFacts facts,
            Descriptors descriptors,
            NameWriter names,
            TextDetail detail,
            long mostCalls) {
        this.out = out;
        this.descriptors = descriptors;
        this.mostCalls = mostCalls;
        this.page = new ReportPage(out);
        this.rows = new CallRows(block, threads, times, new CallSubjects(descriptors), names, detail);
        page.head(facts);
    }

    @Override
    public void onCall(SyscallCall call) {
        calls++;
        if (out.isBroken() || calls > mostCalls) {
            return;
        }
        events.firstSeen(call.process(), call.startNanos());
        rows.add(call);
        writeIfFull();
    }

    @Override
    public void onEvent(TraceEvent event) {
        if (event instanceof TraceEvent.EventsLost loss) {
            lost += loss.count();
        }
        happened++;
        if (out.isBroken() || happened > MOST_EVENTS) {
            return;
        }
        events.add(event);
        writeIfFull();
    }

    @Override
    public void onEnd() {
        write();
        page.end(notes());
        out.flush();
        block.close();
    }

    private void writeIfFull() {
        if (block.isFull()) {
            write();
        }
    }

    private void write() {
        if (!block.isEmpty()) {
            page.block(block.calls(), block.packed());
            times.end();
        }
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        note(
                notes,
                lost,
                " event was lost because the buffer between tracer and renacer was full",
                " events were lost" + " because the buffer between tracer and renacer was full");
        note(
                notes,
                calls - mostCalls,
                " later call is not in this report, which holds " + mostCalls + " calls",
                " later calls are not in this report, which holds " + String.format("%,d", mostCalls)
                        + "; choose fewer with -e trace=, or write another format");
        note(
                notes,
                happened - MOST_EVENTS,
                " later event (a signal, a start, an end) is not in this report",
                " later events (signals, starts, ends) are not in this report");
        note(
                notes,
                rows.cut(),
                " call has longer arguments than a report holds; they are cut after " + CallRows.LONGEST_ARGUMENTS
                        + " characters",
                " calls have longer arguments than a report holds; they are cut after " + CallRows.LONGEST_ARGUMENTS
                        + " characters");
        note(
                notes,
                descriptors.failedLookups(),
                " look-up of a descriptor in /proc failed: its calls stand without a file or peer",
                " look-ups of descriptors in /proc failed: their calls stand without a file or peer");
        note(
                notes,
                Redactor.unread() - unreadBefore,
                " text could not be looked through for secrets and is shown as " + Redactor.MARK,
                " texts could not be looked through for secrets and are shown as " + Redactor.MARK);
        return notes;
    }

    private static void note(List<String> notes, long count, String one, String several) {
        if (count > 0) {
            notes.add(count == 1 ? "1" + one : String.format("%,d", count) + several);
        }
    }
}
