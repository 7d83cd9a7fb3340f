// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor;

import dev.renacer.tracer.descriptor.Slot.State;
import dev.renacer.tracer.syscall.DescriptorCalls.OnExec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The descriptors of a process, or of several that share them, by number. Times are nanoseconds since the epoch, as
 * calls have them. For one thread.
 *
 * <p>Nothing it says is wrong, by these rules:
 *
 * <ul>
 *   <li>A number is what it was when the call that is asked about began. If it changed while that call went on, what it
 *       was before is said; if that is not known, nothing is.
 *   <li>Calls of several threads are reported in the order in which they were seen to return, which is not always that
 *       in which the kernel did their work. The kernel only gives out numbers that are free, so two calls that overlap
 *       in time and change one number have one possible order: if a number that is held is given out, the call that
 *       closed it is still to be reported (it is <i>owed</i>), and changes nothing when it comes; if a number is closed
 *       that is free, the call that made it is owed, and was undone. Where more than that overlaps, the number is
 *       unclear.
 *   <li>While calls that may change it are not seen, it is emptied before each call.
 *   <li>What /proc says counts only if no call changed the number since the call that is asked about began until /proc
 *       was read, see {@link Lookups}. Where calls were lost, everything is asked for again.
 * </ul>
 */
final class DescriptorTable {
    private static final int SMALLEST = 16;
    private static final Descriptor RING = new Descriptor.Anonymous("[io_uring]");
    /** The default of fs.nr_open. Of numbers beyond it nothing is known. */
    private static final int MOST = 1 << 20;

    private @Nullable Slot[] slots = new Slot[SMALLEST];
    /** One past the greatest number in use. */
    private int end;
    /** Since when all changes are reported. */
    private long began;
    /** Whether an io_uring may change it without a call. */
    private boolean ring;

    private int generation;
    /** Whether all numbers are being looked up. */
    private boolean reading;

    DescriptorTable(long began) {
        this.began = began;
    }

    /** What this number was when a call began; null: not known, or nothing. */
    @Nullable
    OpenFile find(int number, long atNanos) {
        Slot slot = slot(number);
        if (slot == null || ring) {
            return null;
        }
        while (slot.since() > atNanos) {
            Slot before = slot.before();
            if (before == null || atNanos > slot.began()) {
                return null;
            }
            slot = before;
        }
        return slot.file();
    }

    /**
     * What this number was before a call replaced it that began at this time; null: not known, or nothing. What /proc said while that
     * call went on may be what the call put there.
     */
    @Nullable
    OpenFile findReplaced(int number, long atNanos) {
        Slot slot = slot(number);
        return slot == null || slot.foundAt() > atNanos ? null : find(number, atNanos);
    }

    /** Changes when an answer about all numbers is out of date: at an exec, and where calls were lost. */
    int generation() {
        return generation;
    }

    /** The slot of this number; null: no call has changed it. */
    @Nullable
    Slot slot(int number) {
        return number >= 0 && number < end ? slots[number] : null;
    }

    /**
     * Whether /proc should be asked for this number, which was used by a call that succeeded; afterwards it was asked.
     */
    boolean ask(int number) {
        if (ring || reading || number < 0 || number >= MOST) {
            return false;
        }
        Slot slot = slot(number);
        if (slot == null) {
            put(number, Slot.unclear(began, began, null).afterAsking());
            return true;
        }
        if (slot.file() != null || slot.asked()) {
            return false;
        }
        put(number, slot.afterAsking());
        return true;
    }

    /** Whether a number has not changed since it had this slot, not even to the same and back. */
    @SuppressWarnings("ReferenceEquality")
    boolean isStill(int number, Slot slot) {
        return slot(number) == slot;
    }

    /** What /proc says of a number whose slot is still the one for which it was asked. */
    void found(int number, Slot asked, OpenFile what, long readNanos) {
        if (isStill(number, asked)) {
            put(number, asked.found(what, readNanos));
            noticeRing(what);
        }
    }

    /** All numbers are being looked up, or were: meanwhile none is asked for alone. */
    void reading(boolean begins) {
        reading = begins;
    }

    /** What /proc says of a number that no call has changed. */
    void foundFirst(int number, OpenFile what, long readNanos) {
        if (number >= 0 && number < MOST && slot(number) == null) {
            put(number, Slot.unclear(began, began, null).found(what, readNanos));
            noticeRing(what);
        }
    }

    /** One that was made before the attach, or by a call that was not seen. */
    private void noticeRing(OpenFile what) {
        ring |= what.what().equals(RING);
    }

    /** What the process inherited at its launch. */
    void inherit(int number, OpenFile what) {
        put(number, Slot.held(what, began, began, OnExec.KEPT, null));
    }

    /** A call has returned this number for something new. */
    void make(int number, @Nullable OpenFile what, OnExec onExec, long beganNanos, long endNanos) {
        Slot slot = slot(number);
        if (slot == null) {
            put(number, Slot.held(what, beganNanos, endNanos, onExec, null));
            return;
        }
        boolean overlaps = beganNanos < slot.since();
        if (slot.state() == State.FREE && slot.owed() && overlaps) {
            put(number, slot.owing(false)); // it was made before that call closed it
        } else if (overlaps && slot.state() != State.FREE) {
            unclear(number, beganNanos, endNanos);
        } else {
            Slot made = Slot.held(what, beganNanos, endNanos, onExec, slot.last());
            put(number, slot.state() == State.HELD ? made.owing(true) : made);
        }
    }

    /** A call has put something in the place of whatever had this number. */
    void replace(int number, @Nullable OpenFile what, OnExec onExec, long beganNanos, long endNanos) {
        Slot slot = slot(number);
        if (slot != null && beganNanos < slot.since()) {
            unclear(number, beganNanos, endNanos);
        } else {
            put(number, Slot.held(what, beganNanos, endNanos, onExec, slot == null ? null : slot.last()));
        }
    }

    /** A call has closed this number. */
    void close(int number, long beganNanos, long endNanos) {
        Slot slot = slot(number);
        if (slot == null) {
            put(number, Slot.free(beganNanos, endNanos, null));
            return;
        }
        boolean overlaps = beganNanos < slot.since();
        Slot closed = Slot.free(beganNanos, endNanos, slot.last());
        switch (slot.state()) {
            case HELD -> {
                Slot before = slot.before();
                if (overlaps && slot.owed()) {
                    put(number, slot.owing(false)); // what had the number before
                } else if (overlaps && (before == null || before.state() != State.FREE)) {
                    unclear(number, beganNanos, endNanos);
                } else {
                    put(number, closed);
                }
            }
            case FREE ->
                put(number, overlaps && slot.owed() ? Slot.unclear(beganNanos, endNanos, null) : closed.owing(true));
            case UNCLEAR -> {
                if (overlaps) {
                    unclear(number, beganNanos, endNanos);
                } else {
                    put(number, closed);
                }
            }
        }
    }

    /** What /proc said of a number that is not known may no longer be right. */
    void forget(int number) {
        Slot slot = slot(number);
        if (slot != null && slot.file() == null && slot.asked()) {
            put(number, slot.inherited());
        }
    }

    /** A call may have changed this number, or not. */
    void unclear(int number, long beganNanos, long endNanos) {
        Slot slot = slot(number);
        long since = slot == null ? beganNanos : Math.min(beganNanos, slot.began());
        put(number, Slot.unclear(since, endNanos, slot == null ? null : slot.before()));
    }

    /** A call has closed the numbers from the first to the last. */
    void closeRange(long first, long last, long beganNanos, long endNanos) {
        for (int number = (int) Math.min(first, end); number < end && number <= last; number++) {
            Slot slot = slots[number];
            if (slot != null && slot.state() != State.FREE) {
                close(number, beganNanos, endNanos);
            }
        }
    }

    /** A call has said whether exec closes this number. */
    void onExec(int number, OnExec then) {
        Slot slot = slot(number);
        if (slot != null && slot.state() == State.HELD) {
            put(number, slot.onExec(then));
        }
    }

    /** Likewise for the numbers from the first to the last. */
    void onExecRange(long first, long last, OnExec then) {
        for (int number = (int) Math.min(first, end); number < end && number <= last; number++) {
            onExec(number, then);
        }
    }

    /** The process has executed another program. */
    void executed(long nanos) {
        ring = false; // an io_uring is closed by exec
        generation++;
        for (int number = 0; number < end; number++) {
            Slot slot = slots[number];
            if (slot != null && slot.state() != State.FREE) {
                switch (slot.onExec()) {
                    case CLOSED -> put(number, Slot.free(nanos, nanos, slot.last()));
                    case UNKNOWN -> put(number, Slot.unclear(nanos, nanos, slot.last()));
                    case KEPT -> {
                        // the new program has it
                    }
                }
            }
        }
    }

    /** Calls were lost: what is known may have changed, and everything after this time is reported again. */
    void lose(long nanos) {
        if (end > 0) {
            slots = new Slot[SMALLEST];
            end = 0;
        }
        began = nanos;
        generation++;
    }

    /** The process has an io_uring: it may make and close descriptors without calls. */
    void useRing() {
        ring = true;
    }

    /** As a process has it that was forked now. */
    DescriptorTable copy(long nanos) {
        DescriptorTable copy = new DescriptorTable(nanos);
        copy.ring = ring;
        copy.slots = Arrays.copyOf(slots, Math.max(end, SMALLEST));
        copy.end = end;
        for (int number = 0; number < end; number++) {
            Slot slot = slots[number];
            if (slot != null) {
                copy.slots[number] = slot.inherited();
            }
        }
        return copy;
    }

    /** The numbers that were changed since one time, by calls that began before another, are unclear. */
    void doubt(long sinceNanos, long beforeNanos) {
        for (int number = 0; number < end; number++) {
            Slot slot = slots[number];
            if (slot != null && slot.since() > sinceNanos && slot.began() < beforeNanos) {
                put(number, Slot.unclear(slot.began(), beforeNanos, null));
            }
        }
    }

    private void put(int number, Slot slot) {
        if (number < 0 || number >= MOST) {
            return;
        }
        if (number >= slots.length) {
            slots = Arrays.copyOf(slots, Math.max(number + 1, 2 * slots.length));
        }
        slots[number] = slot;
        end = Math.max(end, number + 1);
    }
}
