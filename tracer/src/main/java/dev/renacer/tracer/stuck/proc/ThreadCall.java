// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck.proc;

import java.util.ArrayList;
import java.util.List;

/** What /proc/PID/task/TID/syscall says (proc_pid_syscall(5)). */
public sealed interface ThreadCall {
    /** It is on a CPU, or waits for one. */
    record Running() implements ThreadCall {}

    /** It sleeps, but in no call: in a page fault, or as a thread of the kernel. */
    record Outside() implements ThreadCall {}

    /** The file does not say, or may not be read. */
    record Unknown() implements ThreadCall {}

    /**
     * It sleeps in a call.
     *
     * @param number     in the table of its ABI, which the file does not tell
     * @param arguments  the six registers
     */
    record Sleeping(int number, List<Long> arguments, long stackPointer, long instructionPointer)
            implements ThreadCall {
        public Sleeping {
            arguments = List.copyOf(arguments);
        }
    }

    /**
     * Takes the text apart. A thread of the kernel, which has entered by no call, and a worker that the kernel has made for a
     * process (io_uring) return to no program: its instruction pointer there is 0 (Linux, copy_thread of
     * arch/x86/kernel/process.c and arch/arm64/kernel/process.c), and the number is no call's.
     */
    static ThreadCall parse(String text) {
        String[] words = text.strip().split(" +", -1);
        if (words[0].equals("running")) {
            return new Running();
        }
        if (words[0].equals("-1")) {
            return new Outside();
        }
        final int all = 9;
        if (words.length != all) {
            return new Unknown();
        }
        try {
            List<Long> numbers = new ArrayList<>();
            for (int index = 1; index < all; index++) {
                numbers.add(Long.parseUnsignedLong(words[index].substring(2), 16));
            }
            long instructionPointer = numbers.get(all - 2);
            return instructionPointer == 0
                    ? new Outside()
                    : new Sleeping(
                            Integer.parseInt(words[0]),
                            numbers.subList(0, all - 3),
                            numbers.get(all - 3),
                            instructionPointer);
        } catch (NumberFormatException | StringIndexOutOfBoundsException _) {
            return new Unknown();
        }
    }
}
