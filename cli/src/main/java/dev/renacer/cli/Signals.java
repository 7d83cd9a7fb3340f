// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli;

import java.util.function.IntConsumer;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Signals sent to this command. Handlers run on a separate thread of the JVM. {@code sun.misc.Signal} is the only means
 * the JDK has for this; shutdown hooks can neither choose the exit code nor let the command continue.
 */
public enum Signals {
    HUP(1),
    INT(2),
    USR1(10),
    TERM(15),
    TSTP(20),
    TTIN(21),
    TTOU(22),
    /** Sent to a process that writes where nobody reads any more; a JVM ignores it. */
    PIPE(13);

    private final int number;

    Signals(int number) {
        this.number = number;
    }

    /** Its number, the same on every Linux. */
    public int number() {
        return number;
    }

    /** Runs {@code action} with the signal's number each time it comes, even if the shell had it ignored for this command. */
    public void handle(IntConsumer action) {
        Signal.handle(new Signal(name()), signal -> action.accept(number));
    }

    /** As {@link #handle}, but leaves the signal ignored if it is (nohup, background jobs of a script). */
    public void handleUnlessIgnored(IntConsumer action) {
        Signal signal = new Signal(name());
        SignalHandler before = Signal.handle(signal, received -> action.accept(number));
        if (SignalHandler.SIG_IGN.equals(before)) {
            Signal.handle(signal, SignalHandler.SIG_IGN);
        }
    }

    /** Does nothing when the signal comes. */
    public void ignore() {
        Signal.handle(new Signal(name()), SignalHandler.SIG_IGN);
    }
}
