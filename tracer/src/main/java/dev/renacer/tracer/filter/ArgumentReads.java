// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.filter;

import dev.renacer.capture.plan.ArgumentRead;
import dev.renacer.capture.plan.ArgumentRead.Length;
import dev.renacer.capture.plan.ArgumentRead.Shape;
import dev.renacer.capture.plan.ArgumentRead.When;
import dev.renacer.capture.plan.ExitRule.Condition;
import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.syscall.Parameter;
import dev.renacer.tracer.syscall.ParameterKind;
import dev.renacer.tracer.syscall.Pointee;
import dev.renacer.tracer.syscall.Pointee.Count;
import dev.renacer.tracer.syscall.Syscall;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the core reads of the arguments of a call, by what signatures.tsv says of it. */
final class ArgumentReads {
    private ArgumentReads() {}

    /**
     * The reads of a call. Those with a condition come behind those that are always made, and contents last: if there
     * is not enough room for all, they are what is cut.
     */
    static List<ArgumentRead> of(Syscall call, ArgumentDetail detail) {
        List<ArgumentRead> reads = new ArrayList<>();
        for (int index = 0; index < call.parameters().size(); index++) {
            Parameter parameter = call.parameters().get(index);
            read(call, index, parameter, detail).ifPresent(reads::add);
            int argument = index;
            parameter.selected().forEach((value, selected) -> {
                // Values that nothing is said of cannot be a condition.
                if (value != Parameter.OTHERWISE) {
                    read(call, argument, selected, detail)
                            .map(read -> read.onlyIf(new Condition(parameter.selector(), value)))
                            .ifPresent(reads::add);
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

    private static boolean isString(ParameterKind kind, ArgumentDetail detail) {
        return switch (detail) {
            case NONE -> false;
            case NAMES -> kind == ParameterKind.PATH;
            case FULL -> kind == ParameterKind.PATH || kind == ParameterKind.STRING;
        };
    }

    private static boolean isLong(ArgumentRead read) {
        return read.contents() || read.shape() == Shape.STRINGS;
    }

    private static Optional<ArgumentRead> read(Syscall call, int argument, Parameter parameter, ArgumentDetail detail) {
        if (isString(parameter.kind(), detail)) {
            return Optional.of(ArgumentRead.string(argument));
        }
        return parameter
                .pointee()
                .filter(pointee -> isRead(pointee, detail))
                .map(pointee -> new ArgumentRead(
                        argument,
                        times(pointee),
                        shape(pointee),
                        length(call, pointee),
                        pointee.size(call),
                        detail == ArgumentDetail.FULL && hasContents(pointee),
                        call.isNarrow()));
    }

    private static boolean isRead(Pointee pointee, ArgumentDetail detail) {
        boolean onlyContents =
                pointee.type().equals(Pointee.BYTES) || pointee.type().equals(Pointee.STRINGS);
        return switch (detail) {
            case NONE -> false;
            case NAMES -> !onlyContents;
            case FULL -> true;
        };
    }

    private static Set<When> times(Pointee pointee) {
        return switch (pointee.direction()) {
            case IN -> EnumSet.of(When.ENTRY);
            case OUT -> EnumSet.of(When.EXIT);
            case IN_OUT -> EnumSet.of(When.ENTRY, When.EXIT);
            case INTERRUPTED -> EnumSet.of(When.INTERRUPTED);
        };
    }

    private static Shape shape(Pointee pointee) {
        return switch (pointee.type()) {
            case Pointee.STRINGS -> Shape.STRINGS;
            case "iovec" -> Shape.IOVEC;
            case "msghdr" -> Shape.MESSAGE;
            case "mmsghdr" -> Shape.MESSAGES;
            default -> Shape.BYTES;
        };
    }

    private static boolean hasContents(Pointee pointee) {
        return pointee.type().equals(Pointee.BYTES)
                || switch (shape(pointee)) {
                    case IOVEC, MESSAGE, MESSAGES -> true;
                    case BYTES, STRING, STRINGS -> false;
                };
    }

    private static Length length(Syscall call, Pointee pointee) {
        return switch (pointee.count()) {
            case Count.Constant(int number) -> new Length.Constant(number);
            case Count.Result() -> new Length.Result();
            case Count.PointedTo(int index) -> new Length.PointedTo(index);
            case Count.BoundedResult(int index) -> new Length.BoundedResult(index, isNarrow(call, index));
            case Count.Argument(int index) -> new Length.OfArgument(index, isNarrow(call, index), isBits(pointee));
        };
    }

    private static boolean isBits(Pointee pointee) {
        return pointee.type().equals(Pointee.FD_SET) || pointee.type().equals(Pointee.NODES);
    }

    private static boolean isNarrow(Syscall call, int argument) {
        return call.parameters().get(argument).kind().width() != ParameterKind.Width.WORD;
    }
}
