// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck;

import dev.renacer.capture.ByteText;
import java.util.List;
import java.util.stream.Collectors;

/** Parts of sentences. */
final class Words {
    private static final int MOST_NAMED = 5;

    private Words() {}

    /** {@code thread 12 (worker)}. */
    static String thread(Party party) {
        return "thread " + party.shown() + " (" + ByteText.shown(party.name()) + ")";
    }

    /** {@code process 12 (nginx), sleeping}. */
    static String process(Party party) {
        return party.shown().isEmpty()
                ? "a process outside the pod"
                : "process " + party.shown() + " (" + ByteText.shown(party.name()) + "), " + party.state();
    }

    /** Some of them. */
    static String processes(List<Party> parties) {
        String some = parties.stream().limit(MOST_NAMED).map(Words::process).collect(Collectors.joining("; "));
        return parties.size() > MOST_NAMED ? some + "; and " + (parties.size() - MOST_NAMED) + " more" : some;
    }

    /** {@code 1 byte}, {@code 2 bytes}. */
    static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
