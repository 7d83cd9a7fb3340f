// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor;

import dev.renacer.tracer.descriptor.path.RealPaths.Real;
import dev.renacer.tracer.redact.Redactor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Tells {@link Descriptors} what a journal was told when the trace was recorded. Questions are put again at the same places, whoever asks for
 * names now: a question changes what a table remembers. For the consumer thread.
 */
final class ReplayedLookups implements LookupJournal {
    private final Descriptors descriptors;
    private final Lookups lookups = Lookups.answeredByHand();
    private final RedactedSource redaction;
    private final Deque<Asked> early = new ArrayDeque<>();
    private final Deque<Optional<Real>> paths = new ArrayDeque<>();
    /**
     * Whether something is missing. Which paths are followed goes by what was known before, so it cannot be said any more which
     * call one belongs to: paths then count as the calls give them.
     */
    private boolean interrupted;

    /**
     * @param redactor  takes the secrets out of names, if the recording has any
     */
    ReplayedLookups(Descriptors descriptors, Redactor redactor) {
        this.descriptors = descriptors;
        this.redaction = new RedactedSource(DescriptorSource.NOTHING, redactor);
    }

    Lookups lookups() {
        return lookups;
    }

    @Override
    public void inherited(Inheritance inheritance) {
        descriptors.inherit(inheritance.redacted(redaction));
    }

    @Override
    public void asked(Asked question) {
        if (question.early()) {
            early.add(question);
        } else {
            put(question);
        }
    }

    @Override
    public void answered(Answered answer) {
        Map<Integer, Descriptor> found = new HashMap<>(answer.found());
        found.replaceAll((_, what) -> redaction.redacted(what));
        lookups.answer(answer.id(), found, answer.readNanos());
    }

    @Override
    public void followed(Optional<Real> led) {
        if (!interrupted) {
            paths.add(led);
        }
    }

    @Override
    public void interrupted() {
        interrupted = true;
        early.clear();
        paths.clear();
        lookups.giveUp();
    }

    /** A call is being delivered. */
    void delivered() {
        for (Asked question = early.poll(); question != null; question = early.poll()) {
            put(question);
        }
    }

    /** Where the next path led. */
    Optional<Real> nextPath() {
        Optional<Real> led = paths.poll();
        return led == null ? Optional.empty() : led;
    }

    private void put(Asked question) {
        lookups.continueAt(question.id());
        descriptors.ask(question, lookups);
    }
}
