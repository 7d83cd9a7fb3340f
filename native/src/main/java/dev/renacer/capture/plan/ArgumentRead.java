// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture.plan;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What is read of an argument of a call: {@code struct rc_read} of {@code capture.h}. All that is read of one call, strings
 * apart, is bounded: 4,096 bytes in 64 pieces. Immutable.
 *
 * @param argument  points to it, 0 to 5
 * @param times     when it is read; not empty
 * @param shape     what it is
 * @param length    how many units there are
 * @param unit      bytes of one, 1 to 65,535
 * @param contents  whether it is data that the program transfers: then at most {@link
 *     dev.renacer.capture.CaptureOptions#bufferLimit()} bytes of each buffer are read
 * @param compat    whether pointers and sizes in its structs have 32 bits (i386, x32)
 * @param condition it is made only if this holds; empty: always
 */
public record ArgumentRead(
        int argument,
        Set<When> times,
        Shape shape,
        Length length,
        int unit,
        boolean contents,
        boolean compat,
        Optional<ExitRule.Condition> condition) {
    private static final int ARGUMENTS = 6;
    private static final int MAX_UNIT = 0xffff;
    private static final int INT_LENGTH = 1 << 3;
    private static final int BITS = 1 << 4;
    private static final int BOUNDED = 1 << 5;
    private static final int IF = 1 << 6;

    /** When something is read: a bit of {@code enum rc_read_when}. */
    public enum When {
        /** When the call is made: its input. */
        ENTRY(1),
        /** When it has returned, if it did not fail: its output. */
        EXIT(1 << 1),
        /** When it has returned because a signal interrupted it. */
        INTERRUPTED(1 << 2);

        private final int bit;

        When(int bit) {
            this.bit = bit;
        }
    }

    /** What an argument points to: a value of {@code enum rc_read_shape}. */
    public enum Shape {
        /** One or more units of bytes. */
        BYTES(0),
        /** A string, up to its NUL and at most {@link dev.renacer.capture.CaptureOptions#stringLimit()} bytes. */
        STRING(1),
        /** An array of pointers to strings, ended by NULL. */
        STRINGS(2),
        /** An array of {@code struct iovec}, and its buffers. */
        IOVEC(3),
        /** A {@code struct msghdr}, and what it points to. */
        MESSAGE(4),
        /** An array of {@code struct mmsghdr}, and what they point to. */
        MESSAGES(5),
        /** An array of pointers, ended by NULL, of which only the number is wanted. */
        POINTERS(6);

        private final int number;

        Shape(int number) {
            this.number = number;
        }
    }

    /** How many units there are. */
    public sealed interface Length {
        /** Always so many. */
        record Constant(int count) implements Length {
            public Constant {
                if (count < 1) {
                    throw new IllegalArgumentException("count is " + count + ", must be at least 1");
                }
            }
        }

        /**
         * As many as an argument says.
         *
         * @param narrow  only its lower 32 bits count
         * @param bits    it counts bits, which are rounded up to whole units
         */
        record OfArgument(int argument, boolean narrow, boolean bits) implements Length {
            public OfArgument {
                requireArgument(argument);
            }
        }

        /** As many as the result says. */
        record Result() implements Length {}

        /**
         * As many as the result says, but at most as many as an argument says: the result may be what there would be.
         *
         * @param narrow  only the argument's lower 32 bits count
         */
        record BoundedResult(int argument, boolean narrow) implements Length {
            public BoundedResult {
                requireArgument(argument);
            }
        }

        /**
         * As many as the 32-bit number an argument points to; at exit not more than it pointed to at entry, if that
         * was read.
         */
        record PointedTo(int argument) implements Length {
            public PointedTo {
                requireArgument(argument);
            }
        }

        /** Its number in {@code enum rc_read_length}. */
        private int number() {
            return switch (this) {
                case Constant _ -> 0;
                case OfArgument _ -> 1;
                case Result _, BoundedResult _ -> 2;
                case PointedTo _ -> 3;
            };
        }
    }

    public ArgumentRead {
        requireArgument(argument);
        times = Collections.unmodifiableSet(EnumSet.copyOf(times));
        if (unit < 1 || unit > MAX_UNIT) {
            throw new IllegalArgumentException("unit is " + unit + ", must be 1 to " + MAX_UNIT);
        }
    }

    /** A read that is always made. */
    public ArgumentRead(
            int argument, Set<When> times, Shape shape, Length length, int unit, boolean contents, boolean compat) {
        this(argument, times, shape, length, unit, contents, compat, Optional.empty());
    }

    /** The same with a condition. */
    public ArgumentRead onlyIf(ExitRule.Condition met) {
        return new ArgumentRead(argument, times, shape, length, unit, contents, compat, Optional.of(met));
    }

    /** The string an argument points to, read at entry. */
    public static ArgumentRead string(int argument) {
        return new ArgumentRead(
                argument, EnumSet.of(When.ENTRY), Shape.STRING, new Length.Constant(1), 1, false, false);
    }

    /** Bits of {@code enum rc_read_when}. */
    int when() {
        return times.stream().mapToInt(time -> time.bit).sum();
    }

    /** The shape's number. */
    int shapeNumber() {
        return shape.number;
    }

    /** The length's number. */
    int lengthNumber() {
        return length.number();
    }

    /** The argument that the length is about; 0 if there is none. */
    int lengthArgument() {
        return switch (length) {
            case Length.OfArgument other -> other.argument();
            case Length.PointedTo other -> other.argument();
            case Length.BoundedResult other -> other.argument();
            case Length.Constant _ -> 0;
            case Length.Result _ -> 0;
        };
    }

    /** The constant number of units; 0 if it is not constant. */
    int count() {
        return length instanceof Length.Constant constant ? constant.count() : 0;
    }

    /** Bits of {@code enum rc_read_flag}, except for RC_READ_LAST. */
    int flags() {
        int bits = contents ? 1 << 1 : 0;
        bits |= compat ? 1 << 2 : 0;
        bits |= condition.isPresent() ? IF : 0;
        return bits
                | switch (length) {
                    case Length.OfArgument other -> (other.narrow() ? INT_LENGTH : 0) | (other.bits() ? BITS : 0);
                    case Length.BoundedResult other -> BOUNDED | (other.narrow() ? INT_LENGTH : 0);
                    case Length.Constant _, Length.Result _, Length.PointedTo _ -> 0;
                };
    }

    private static void requireArgument(int argument) {
        if (argument < 0 || argument >= ARGUMENTS) {
            throw new IllegalArgumentException("a call has no argument " + argument);
        }
    }
}
