// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck;

import java.util.List;

/**
 * What is known of a process. Immutable.
 *
 * @param name     of its first thread; {@link dev.renacer.capture.ByteText}
 * @param parent   pid
 * @param threads  in the order of their numbers
 * @param facts    about the process as a whole
 * @param missing  what may not be seen and why, sentences for a person
 */
public record StuckProcess(
        int pid, String name, Party parent, List<StuckThread> threads, List<WaitFor> facts, List<String> missing) {
    public StuckProcess {
        threads = List.copyOf(threads);
        facts = List.copyOf(facts);
        missing = List.copyOf(missing);
    }

    /** The same process with other threads. */
    StuckProcess with(List<StuckThread> others) {
        return new StuckProcess(pid, name, parent, others, facts, missing);
    }

    /** How much it looks like what is wrong, 0 to 100. */
    public int suspicion() {
        int most = 0;
        for (StuckThread thread : threads) {
            most = Math.max(most, thread.suspicion());
        }
        for (WaitFor fact : facts) {
            most = Math.max(most, fact.suspicion());
        }
        return most;
    }
}
