// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.filter;

import dev.renacer.capture.plan.ExitRule;
import dev.renacer.capture.plan.ExitRule.Condition;
import dev.renacer.capture.plan.ExitRule.Written;
import dev.renacer.tracer.syscall.ConnectionCalls;
import dev.renacer.tracer.syscall.DescriptorCalls;
import dev.renacer.tracer.syscall.Syscall;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What the core does with a call once it has returned. */
final class ExitRules {
    /** The only result of getsockopt(2) that is read: the error of a socket. */
    private static final ExitRule SOCKET_ERROR = new ExitRule(
            List.of(new Condition(1, ConnectionCalls.SOL_SOCKET), new Condition(2, ConnectionCalls.SO_ERROR)),
            Optional.of(new Written(
                    ConnectionCalls.OPTION_VALUE, Integer.BYTES, OptionalInt.of(ConnectionCalls.OPTION_LENGTH))),
            false);

    private static final ExitRule ALWAYS = new ExitRule(List.of(), Optional.empty(), false);
    private static final ExitRule FAILED = new ExitRule(List.of(), Optional.empty(), true);

    private ExitRules() {}

    /**
     * The rule of a call, if it has one.
     *
     * @param selected  whether the call is captured anyway
     * @param followed  whether calls that show how connections ended are captured. Successful data transfers are too
     *     many for that; if a filter leaves them out, SO_ERROR shows that a connection was made
     * @param names     whether it is captured because it shows what descriptors are
     */
    static Optional<ExitRule> of(Syscall call, boolean selected, boolean followed, boolean names) {
        if (names) {
            return Optional.of(ALWAYS);
        }
        return ConnectionCalls.teller(call.name()).flatMap(teller -> switch (teller.role()) {
            case SO_ERROR -> selected || followed ? Optional.of(SOCKET_ERROR) : Optional.empty();
            case TRANSFER -> unasked(FAILED, selected, followed);
            case CLOSE, REPLACE, CLOSE_RANGE -> unasked(ALWAYS, selected, followed);
            case CONNECT -> Optional.empty(); // followed if it is selected
        });
    }

    /**
     * Whether a call that is not selected is needed to follow descriptors. Messages that bring some are too many; a
     * number that one has brought is looked up, and so are addresses that a program asks for.
     */
    static boolean isFollowed(Syscall call) {
        return DescriptorCalls.change(call.name())
                .map(change -> switch (change.effect()) {
                    case RECEIVE, LOCAL, PEER -> false;
                    default -> change.effect().isChange();
                })
                .orElse(false);
    }

    private static Optional<ExitRule> unasked(ExitRule rule, boolean selected, boolean followed) {
        return followed && !selected ? Optional.of(rule) : Optional.empty();
    }
}
