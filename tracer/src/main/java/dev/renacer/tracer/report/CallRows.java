// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.report;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.ArgumentFormatter;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.syscall.ErrnoNames;
import dev.renacer.tracer.syscall.ExpectedErrors;
import dev.renacer.tracer.syscall.IdleWaits;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The rows of calls. For the consumer thread. */
final class CallRows {
    /** The longest arguments that are kept, in characters; what is longer is cut there, and counted. */
    static final int LONGEST_ARGUMENTS = 2000;

    /** How many bits of an outcome are flags. */
    static final int FLAG_BITS = 5;

    /** It did not return. */
    private static final int UNFINISHED = 1;
    /** It went on untraced. */
    private static final int LEFT = 2;
    /** It had begun before the trace. */
    private static final int IN_PROGRESS = 4;
    /** It failed in a way that nobody would call a failure. */
    private static final int EXPECTED = 8;
    /** It waited for something to do, or for a child. */
    private static final int WAITED = 16;

    private static final Set<String> WAITS_FOR_CHILD = Set.of("wait4", "waitid", "waitpid");

    private static final int REMEMBERED_ARGUMENTS = 1 << 14;
    private static final int REMEMBERED_SUBJECTS = 1 << 12;

    private final ReportBlock block;
    private final ThreadRows threads;
    private final BlockTimes times;
    private final CallSubjects subjects;
    private final NameWriter writer;
    private final TextDetail detail;
    private final StackRows stacks;
    private final Map<String, Integer> names = new HashMap<>();
    private final BitSet errors = new BitSet();
    private final RecentTexts<String> arguments = new RecentTexts<>(REMEMBERED_ARGUMENTS);
    private final RecentTexts<String> results = new RecentTexts<>(REMEMBERED_SUBJECTS);
    private final RecentTexts<String> subjectTexts = new RecentTexts<>(REMEMBERED_SUBJECTS);
    private final StringBuilder text = new StringBuilder();
    private long cut;

    CallRows(
            ReportBlock block,
            ThreadRows threads,
            BlockTimes times,
            CallSubjects subjects,
            NameWriter writer,
            TextDetail detail) {
        this.block = block;
        this.threads = threads;
        this.times = times;
        this.subjects = subjects;
        this.writer = writer;
        this.detail = detail.naming(writer::inData);
        this.stacks = new StackRows(block);
    }

    /** How many calls have arguments that were cut. */
    long cut() {
        return cut;
    }

    void add(SyscallCall call) {
        block.section(Section.START).signed(times.call(call.startNanos()));
        block.section(Section.DURATION).number(call.durationNanos());
        block.section(Section.THREAD).number(threads.index(call.process(), call.tid()));
        block.section(Section.NAME).number(name(call.syscall().name()));
        block.section(Section.OUTCOME).number(outcome(call));
        reference(Section.ARGUMENT, Section.ARGUMENTS, arguments, arguments(call));
        reference(Section.RESULT, Section.RESULTS, results, result(call));
        reference(Section.SUBJECT, Section.SUBJECTS, subjectTexts, subjects.of(call));
        block.section(Section.BYTES).number(MovedBytes.of(call));
        block.section(Section.STACK).number(stacks.reference(call));
        block.call();
    }

    private void reference(Section column, Section texts, RecentTexts<String> known, String value) {
        int reference = known.reference(value);
        block.section(column).number(reference);
        if (reference == 0) {
            block.section(texts).text(value);
            block.more(value.length());
        }
    }

    private int name(String name) {
        Integer known = names.get(name);
        if (known != null) {
            return known;
        }
        block.section(Section.CALL_NAMES).text(CallCategory.of(name) + " " + name);
        names.put(name, names.size());
        return names.size() - 1;
    }

    private long outcome(SyscallCall call) {
        int errno = call.errno();
        if (errno != 0 && !errors.get(errno)) {
            errors.set(errno);
            ErrnoNames.Errno known = ErrnoNames.of(errno);
            block.section(Section.ERRORS).text(errno + " " + known.name() + " " + known.text());
        }
        String name = call.syscall().name();
        int flags = (call.outcome() == Outcome.UNFINISHED ? UNFINISHED : 0)
                | (call.left() ? LEFT : 0)
                | (call.inProgressAtAttach() ? IN_PROGRESS : 0)
                | (errno != 0 && ExpectedErrors.contains(name, errno) ? EXPECTED : 0)
                | (waited(call) ? WAITED : 0);
        return (long) errno << FLAG_BITS | flags;
    }

    private static boolean waited(SyscallCall call) {
        return WAITS_FOR_CHILD.contains(call.syscall().name())
                || IdleWaits.contains(call.syscall(), call.args(), call.result());
    }

    private String arguments(SyscallCall call) {
        text.setLength(0);
        if (call.outcome() == Outcome.UNFINISHED) {
            if (ArgumentFormatter.entered(text, call, writer, detail)) {
                text.append(" <unfinished ...>");
            }
        } else {
            ArgumentFormatter.arguments(text, call, writer, detail);
        }
        if (text.length() > LONGEST_ARGUMENTS) {
            cut++;
            text.setLength(LONGEST_ARGUMENTS);
            text.append(" [cut]");
        }
        return text.toString();
    }

    private String result(SyscallCall call) {
        text.setLength(0);
        ArgumentFormatter.result(text, call, detail);
        writer.result(text, call);
        return text.toString();
    }
}
