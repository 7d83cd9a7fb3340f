// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.filter;

import dev.renacer.capture.plan.ArgumentRead;
import dev.renacer.capture.plan.ArgumentRead.Layout;
import dev.renacer.capture.plan.ArgumentRead.Length;
import dev.renacer.capture.plan.ArgumentRead.Shape;
import dev.renacer.capture.plan.ArgumentRead.When;
import dev.renacer.capture.plan.ExitRule.Condition;
import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.syscall.Layouts.Field;
import dev.renacer.tracer.syscall.Parameter;
import dev.renacer.tracer.syscall.ParameterKind;
import dev.renacer.tracer.syscall.Pointee;
import dev.renacer.tracer.syscall.Pointee.Count;
import dev.renacer.tracer.syscall.Pointee.Direction;
import dev.renacer.tracer.syscall.Syscall;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the core reads of the arguments of a call, by what signatures.tsv says of it. */
final class ArgumentReads {
    private static final int STACK_UNIT = 8;

    private ArgumentReads() {}

    /**
     * The reads of a call. Those with a condition come behind those that are always made, and contents last: if there
     * is not enough room for all, they are what is cut.
     */
    static List<ArgumentRead> of(Syscall call, ArgumentDetail detail) {
        List<ArgumentRead> reads = new ArrayList<>();
        for (int index = 0; index < call.parameters().size(); index++) {
            Parameter parameter = call.parameters().get(index);
            reads.addAll(read(call, index, parameter, detail));
            int argument = index;
            parameter.selected().forEach((value, selected) -> {
                List<ArgumentRead> more = read(call, argument, anyOf(selected), detail);
                if (value == Parameter.OTHERWISE) {
                    reads.addAll(more); // values that nothing is said of cannot be a condition: it is always read
                } else {
                    more.forEach(read -> reads.add(read.onlyIf(new Condition(parameter.selector(), value))));
                }
            });
        }
        if (reads.size() < 2) {
            return List.copyOf(reads);
        }
        reads.sort(Comparator.comparing(ArgumentReads::isLong)
                .thenComparing(read -> read.condition().isPresent())
                .thenComparingInt(ArgumentRead::argument)
                .thenComparingInt(read -> read.condition().map(Condition::value).orElse(0)));
        return List.copyOf(reads);
    }

    /** Of what depends on yet another argument, all that may be there: a read has one condition. */
    private static Parameter anyOf(Parameter selected) {
        return selected.selected().values().stream()
                .filter(parameter -> parameter.pointee().isPresent())
                .findFirst()
                .orElse(selected);
    }

    private static boolean isString(ParameterKind kind, ArgumentDetail detail) {
        return switch (detail) {
            case NONE -> false;
            case NAMES -> kind == ParameterKind.PATH;
            case FULL, VERBOSE -> kind == ParameterKind.PATH || kind == ParameterKind.STRING;
        };
    }

    private static boolean isLong(ArgumentRead read) {
        return read.contents() || read.shape() == Shape.STRINGS;
    }

    private static List<ArgumentRead> read(Syscall call, int argument, Parameter parameter, ArgumentDetail detail) {
        if (isString(parameter.kind(), detail)) {
            return List.of(ArgumentRead.string(argument));
        }
        Optional<Pointee> pointee = parameter.pointee().filter(what -> isRead(what, detail));
        if (pointee.isEmpty()) {
            return List.of();
        }
        List<ArgumentRead> reads = new ArrayList<>();
        reads.add(whole(call, argument, pointee.get(), detail));
        List<Field> fields = pointee.get().elements(call);
        for (int element = 0; element < fields.size(); element++) {
            follow(call, reads, element, fields.get(element));
        }
        if (isSent(pointee.get())) {
            // How much of each was sent is written into them.
            reads.add(read(reads.getFirst(), EnumSet.of(When.POSITIVE), Shape.BYTES, new Length.Result(), false));
        }
        reads.replaceAll(read -> conditional(read, pointee.get()));
        return reads;
    }

    private static ArgumentRead whole(Syscall call, int argument, Pointee pointee, ArgumentDetail detail) {
        boolean contents = detail.compareTo(ArgumentDetail.FULL) >= 0 && hasContents(pointee);
        return new ArgumentRead(
                        argument,
                        times(pointee),
                        shape(pointee, detail),
                        length(call, pointee),
                        pointee.size(call),
                        contents,
                        call.isNarrow())
                .laidOut(
                        contents && pointee.isPacket()
                                ? Layout.of(ArgumentRead.PACKET)
                                : Layout.behind(pointee.before(call)));
    }

    /** Adds what is read by a field of a struct, or changes how the struct is read. */
    private static void follow(Syscall call, List<ArgumentRead> reads, int element, Field field) {
        ArgumentRead whole = reads.getFirst();
        switch (field.kind()) {
            case RECORDS -> reads.set(0, shaped(whole, Shape.RECORDS, field.offset()));
            case POINTERS -> reads.set(0, shaped(whole, Shape.POINTERS, Pointee.size(field.type(), call)));
            case STACK -> reads.set(0, shaped(whole, Shape.STACK, field.offset() / STACK_UNIT));
            case INPUT -> reads.set(0, indirect(call, whole, EnumSet.of(When.ENTRY), element, field));
            case OUTPUT -> reads.add(indirect(call, whole, EnumSet.of(When.EXIT), element, field));
        }
    }

    private static ArgumentRead shaped(ArgumentRead whole, Shape shape, int field) {
        return read(whole, whole.times(), shape, whole.length(), whole.contents())
                .laidOut(Layout.of(field));
    }

    private static ArgumentRead indirect(Syscall call, ArgumentRead whole, Set<When> times, int element, Field field) {
        return read(whole, times, Shape.INDIRECT, new Length.Constant(Pointee.size(field.type(), call)), false)
                .laidOut(new Layout(field.offset(), field.countField(), field.countWidth(), element, 0));
    }

    private static ArgumentRead read(
            ArgumentRead other, Set<When> times, Shape shape, Length length, boolean contents) {
        return new ArgumentRead(other.argument(), times, shape, length, other.unit(), contents, other.compat());
    }

    private static ArgumentRead conditional(ArgumentRead read, Pointee pointee) {
        return pointee.condition()
                .map(condition -> {
                    Condition met = new Condition(condition.argument(), condition.value());
                    return condition.bits() ? read.onlyIfAny(met) : read.onlyIf(met);
                })
                .orElse(read);
    }

    private static boolean isSent(Pointee pointee) {
        return pointee.type().equals("mmsghdr") && pointee.direction() == Direction.IN;
    }

    private static boolean isRead(Pointee pointee, ArgumentDetail detail) {
        boolean onlyContents = isBytes(pointee)
                || pointee.type().equals(Pointee.STRINGS)
                || pointee.type().equals(Pointee.POINTERS);
        return switch (detail) {
            case NONE -> false;
            case NAMES -> !onlyContents;
            case FULL, VERBOSE -> true;
        };
    }

    private static Set<When> times(Pointee pointee) {
        return switch (pointee.direction()) {
            case IN -> EnumSet.of(When.ENTRY);
            case OUT -> EnumSet.of(When.EXIT);
            case IN_OUT -> EnumSet.of(When.ENTRY, When.EXIT);
            case INTERRUPTED -> EnumSet.of(When.INTERRUPTED);
            case OUT_IF_POSITIVE -> EnumSet.of(When.POSITIVE);
            case OUT_ALWAYS -> EnumSet.of(When.EXIT, When.FAILED);
            case IN_OUT_ALWAYS -> EnumSet.of(When.ENTRY, When.EXIT, When.FAILED);
        };
    }

    private static Shape shape(Pointee pointee, ArgumentDetail detail) {
        return switch (pointee.type()) {
            case Pointee.STRINGS -> Shape.STRINGS;
            case Pointee.POINTERS -> detail == ArgumentDetail.VERBOSE ? Shape.STRINGS : Shape.POINTER_COUNT;
            case "iovec" -> Shape.IOVEC;
            case "msghdr" -> Shape.MESSAGE;
            case "mmsghdr" -> Shape.MESSAGES;
            default -> Shape.BYTES;
        };
    }

    private static boolean hasContents(Pointee pointee) {
        return isBytes(pointee)
                || switch (pointee.type()) {
                    case "iovec", "msghdr", "mmsghdr", "dirent", "dirent64" -> true;
                    default -> false;
                };
    }

    private static boolean isBytes(Pointee pointee) {
        return switch (pointee.type()) {
            case Pointee.BYTES, Pointee.PACKET, Pointee.MSGBUF, "binary", "key_data", "key_text" -> true;
            default -> false;
        };
    }

    private static Length length(Syscall call, Pointee pointee) {
        return switch (pointee.count()) {
            case Count.Constant(int number) -> new Length.Constant(number);
            case Count.Result() -> new Length.Result();
            case Count.Field(int offset) -> new Length.OfField(offset);
            case Count.PointedTo(int index) -> new Length.PointedTo(index);
            case Count.BoundedResult(int index) -> new Length.BoundedResult(index, isNarrow(call, index));
            case Count.Argument(int index) ->
                new Length.OfArgument(
                        index,
                        isNarrow(call, index),
                        pointee.type().equals(Pointee.FD_SET) || pointee.type().equals(Pointee.NODE_MASK));
        };
    }

    private static boolean isNarrow(Syscall call, int argument) {
        return call.parameters().get(argument).kind().width() != ParameterKind.Width.WORD;
    }
}
