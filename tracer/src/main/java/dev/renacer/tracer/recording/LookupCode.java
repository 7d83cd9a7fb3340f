// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording;

import dev.renacer.tracer.descriptor.Inheritance;
import dev.renacer.tracer.descriptor.LookupJournal;
import dev.renacer.tracer.descriptor.LookupJournal.Answered;
import dev.renacer.tracer.descriptor.LookupJournal.Asked;
import dev.renacer.tracer.descriptor.path.RealPaths.Real;
import dev.renacer.tracer.recording.block.BlockInput;
import dev.renacer.tracer.recording.block.BlockOutput;
import dev.renacer.tracer.recording.block.RecordingException;
import java.util.Optional;

/** How what was looked up is written, at its place between calls and events. */
final class LookupCode {
    private static final int INHERITED = 0;
    private static final int ASKED = 1;
    private static final int ANSWERED = 2;
    private static final int FOLLOWED = 3;

    private static final int APPLIED = 4;
    private static final int AT_END = 8;
    private static final int EARLY = 16;
    private static final int KIND = 3;

    private LookupCode() {}

    static void write(BlockOutput out, Inheritance inheritance) {
        begin(out, INHERITED);
        DescriptorCode.write(out, inheritance.descriptors());
        DescriptorCode.write(out, inheritance.folder());
    }

    static void write(BlockOutput out, Asked question) {
        begin(out, ASKED);
        out.number(question.id());
        out.one(Numbered.QUESTIONS.of(question.kind())
                | (question.applied() ? APPLIED : 0)
                | (question.atEnd() ? AT_END : 0)
                | (question.early() ? EARLY : 0));
        out.signed(question.number());
    }

    static void write(BlockOutput out, Answered answer) {
        begin(out, ANSWERED);
        out.number(answer.id());
        out.signed(answer.readNanos());
        DescriptorCode.write(out, answer.found());
    }

    static void write(BlockOutput out, Optional<Real> led) {
        begin(out, FOLLOWED);
        out.one(led.isPresent() ? 1 : 0);
        if (led.isPresent()) {
            out.text(led.get().path());
            out.text(led.get().device());
        }
    }

    private static void begin(BlockOutput out, int kind) {
        out.one(Tag.LOOKUP);
        out.one(kind);
    }

    /** Reads a record whose tag was read, and tells it. */
    static void read(BlockInput in, LookupJournal journal) throws RecordingException {
        int kind = in.one();
        switch (kind) {
            case INHERITED ->
                journal.inherited(Inheritance.of(DescriptorCode.readAll(in), DescriptorCode.readOptional(in)));
            case ASKED -> journal.asked(asked(in));
            case ANSWERED -> journal.answered(new Answered(in.number(), in.signed(), DescriptorCode.readAll(in)));
            case FOLLOWED ->
                journal.followed(in.one() == 0 ? Optional.empty() : Optional.of(new Real(in.text(), in.text())));
            default -> throw new RecordingException("a look-up has the unknown kind " + kind);
        }
    }

    private static Asked asked(BlockInput in) throws RecordingException {
        long id = in.number();
        int flags = in.one();
        return new Asked(
                id,
                Numbered.QUESTIONS.get(flags & KIND),
                in.signedInt(),
                (flags & APPLIED) != 0,
                (flags & AT_END) != 0,
                (flags & EARLY) != 0);
    }
}
