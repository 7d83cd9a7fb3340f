// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture.plan;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalInt;
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
 * @param anyBit    whether the condition is that the argument has any of the value's bits, not that it is the value
 * @param layout    where something stands in what is read
 */
public record ArgumentRead(
        int argument,
        Set<When> times,
        Shape shape,
        Length length,
        int unit,
        boolean contents,
        boolean compat,
        Optional<ExitRule.Condition> condition,
        boolean anyBit,
        Layout layout) {
    /** In {@link Layout#field} of contents: those that begin as netlink messages do are read as far as there is room. */
    public static final int PACKET = 1;

    private static final int ARGUMENTS = 6;
    private static final int MAX_UNIT = 0xffff;
    private static final int INT_LENGTH = 1 << 3;
    private static final int BITS = 1 << 4;
    private static final int BOUNDED = 1 << 5;
    private static final int IF = 1 << 6;
    private static final int IF_BITS = 1 << 7;

    /** When something is read: a bit of {@code enum rc_read_when}. */
    public enum When {
        /** When the call is made: its input. */
        ENTRY(1),
        /** When it has returned, if it did not fail: its output. */
        EXIT(1 << 1),
        /** When it has returned because a signal interrupted it. */
        INTERRUPTED(1 << 2),
        /** When it has returned with a result greater than 0. */
        POSITIVE(1 << 3),
        /** When it has failed, but not because a signal interrupted it. */
        FAILED(1 << 4);

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
        /** Records that say how long they are, in as many bytes as the result says; how many there are is read too. */
        RECORDS(6),
        /** A struct with a pointer in it, and what that points to, as an element; its length is that of one unit. */
        INDIRECT(7),
        /** An array of pointers, and the structs they point to. */
        POINTERS(8),
        /** One unit of bytes, so far behind the stack pointer: the argument only has the name. */
        STACK(9),
        /** An array of pointers, ended by NULL, of which only the number is wanted. */
        POINTER_COUNT(10),
        /** What descriptors are now, as /proc shows them; see {@link Links}. */
        LINKS(11),
        /** Bytes that are transferred, if they begin as a message of HTTP does; see {@link HeadIn}. */
        HEAD(12);

        private final int number;

        Shape(int number) {
            this.number = number;
        }
    }

    /** Where the bytes of {@link Shape#HEAD} are: a value of {@code enum rc_head_in}. */
    public enum HeadIn {
        /** In a buffer, whose length is an argument. */
        BUFFER(0),
        /** In an array of {@code struct iovec}, whose length is an argument. */
        VECTOR(1),
        /** In a {@code struct msghdr}. */
        MESSAGE(2),
        /** Not in the program's memory: they are only counted. */
        UNSEEN(3);

        private static final int RECEIVED = 4;
        private static final int FLAGS = 3;

        private final int number;

        HeadIn(int number) {
            this.number = number;
        }
    }

    /** Of which descriptors the links are read: a value of {@code enum rc_links}. */
    public enum Links {
        /** Of the one that the call has returned. */
        RESULT(0),
        /** Of the working directory. */
        FOLDER(1),
        /** Of those whose numbers the argument points to, at most 8. */
        NUMBERS(2),
        /** Of those in the control messages that a read before this one has found there. */
        MESSAGES(3);

        private final int number;

        Links(int number) {
            this.number = number;
        }
    }

    /**
     * Where something stands in what is read, in bytes from its beginning.
     *
     * @param field       {@link Shape#RECORDS}: the 16 bits with a record's length; {@link Shape#INDIRECT}: the pointer;
     *     {@link Shape#POINTERS}: the bytes of each struct instead; {@link Shape#STACK}: how far, in units of 8
     *     bytes; {@link Shape#LINKS}: a value of {@link Links} instead; {@link Shape#HEAD}: one of {@link HeadIn}; {@link Shape#BYTES}, {@link Shape#MESSAGE} and
     *     {@link Shape#MESSAGES} of contents: {@link #PACKET} or 0
     * @param countField  {@link Shape#INDIRECT}: how many units the pointer points to
     * @param countWidth  the bytes of that number; 0: there is one
     * @param element     {@link Shape#INDIRECT}: the index of the element
     * @param before      how many units stand before those that the length counts
     */
    public record Layout(int field, int countField, int countWidth, int element, int before) {
        /** Nothing is to be found in it. */
        public static final Layout NONE = new Layout(0, 0, 0, 0, 0);

        public Layout {
            if ((field | countField | countWidth | element | before) < 0
                    || Math.max(Math.max(field, countField), element) > 0xff
                    || countWidth > Long.BYTES) {
                throw new IllegalArgumentException("a struct has no such fields: " + field + ", " + countField + ", "
                        + countWidth + ", " + element + ", " + before);
            }
        }

        /** A field, and nothing else. */
        public static Layout of(int field) {
            return new Layout(field, 0, 0, 0, 0);
        }

        /** So many units before those that the length counts. */
        public static Layout behind(int before) {
            return new Layout(0, 0, 0, 0, before);
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

        /** As many as the 32-bit number at this byte of what is read. */
        record OfField(int offset) implements Length {
            public OfField {
                if (offset < 0 || offset > 0xff) {
                    throw new IllegalArgumentException("a length at byte " + offset + " is too far off");
                }
            }
        }

        /** Its number in {@code enum rc_read_length}. */
        private int number() {
            return switch (this) {
                case Constant _ -> 0;
                case OfArgument _ -> 1;
                case Result _, BoundedResult _ -> 2;
                case PointedTo _ -> 3;
                case OfField _ -> 4;
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
        this(argument, times, shape, length, unit, contents, compat, Optional.empty(), false, Layout.NONE);
    }

    /** The same with a condition. */
    public ArgumentRead onlyIf(ExitRule.Condition met) {
        return new ArgumentRead(
                argument, times, shape, length, unit, contents, compat, Optional.of(met), false, layout);
    }

    /** The same, made only if the argument of the condition has any of the bits of its value. */
    public ArgumentRead onlyIfAny(ExitRule.Condition bits) {
        return new ArgumentRead(
                argument, times, shape, length, unit, contents, compat, Optional.of(bits), true, layout);
    }

    /** The same with something at another place. */
    public ArgumentRead laidOut(Layout other) {
        return new ArgumentRead(argument, times, shape, length, unit, contents, compat, condition, anyBit, other);
    }

    /** The string an argument points to, read at entry. */
    public static ArgumentRead string(int argument) {
        return new ArgumentRead(
                argument, EnumSet.of(When.ENTRY), Shape.STRING, new Length.Constant(1), 1, false, false);
    }

    /**
     * What descriptors are that a call has made, read before the thread can close them.
     *
     * @param argument  that points to the numbers, or to the messages; otherwise it only has the name
     * @param count     how many numbers there are; 1 if they are not in an array
     * @param compat    whether words of messages have 32 bits
     */
    public static ArgumentRead links(int argument, Links which, int count, boolean compat) {
        return new ArgumentRead(
                        argument,
                        EnumSet.of(When.EXIT),
                        Shape.LINKS,
                        new Length.Constant(count),
                        Integer.BYTES,
                        false,
                        compat)
                .laidOut(Layout.of(which.number));
    }

    /**
     * The first bytes that a call has transferred, if they begin as a message of HTTP does.
     *
     * @param argument  that points to them
     * @param length    the argument that says how much room there is
     * @param received  whether the call receives them
     * @param flags     the argument with its flags of {@code recv(2)}, not 0, of which {@code MSG_PEEK} counts; empty: it has none
     */
    public static ArgumentRead head(int argument, HeadIn where, int length, boolean received, OptionalInt flags) {
        return new ArgumentRead(
                        argument,
                        EnumSet.of(When.POSITIVE),
                        Shape.HEAD,
                        new Length.OfArgument(length, false, false),
                        1,
                        false,
                        false)
                .laidOut(Layout.of(where.number | (received ? HeadIn.RECEIVED : 0) | flags.orElse(0) << HeadIn.FLAGS));
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

    /** The argument that the length is about, or where it stands, or the index of the element; 0 if there is none. */
    int lengthArgument() {
        return switch (length) {
            case Length.OfField field -> field.offset();
            case Length.OfArgument other -> other.argument();
            case Length.PointedTo other -> other.argument();
            case Length.BoundedResult other -> other.argument();
            case Length.Constant _ -> layout.element();
            case Length.Result _ -> 0;
        };
    }

    /** The constant number of units, or of those before them if it is not constant. */
    int count() {
        return length instanceof Length.Constant constant ? constant.count() : layout.before();
    }

    /** Bits of {@code enum rc_read_flag}, except for RC_READ_LAST. */
    int flags() {
        int bits = contents ? 1 << 1 : 0;
        bits |= compat ? 1 << 2 : 0;
        bits |= condition.isPresent() ? (anyBit ? IF_BITS : IF) : 0;
        return bits
                | switch (length) {
                    case Length.OfArgument other -> (other.narrow() ? INT_LENGTH : 0) | (other.bits() ? BITS : 0);
                    case Length.BoundedResult other -> BOUNDED | (other.narrow() ? INT_LENGTH : 0);
                    case Length.Constant _, Length.Result _, Length.PointedTo _, Length.OfField _ -> 0;
                };
    }

    private static void requireArgument(int argument) {
        if (argument < 0 || argument >= ARGUMENTS) {
            throw new IllegalArgumentException("a call has no argument " + argument);
        }
    }
}
