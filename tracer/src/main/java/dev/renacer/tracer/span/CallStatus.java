// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * How a call ended, as a span tells it.
 *
 * @param status     ERROR for a failure, else UNSET
 * @param errorType  the errno's name; empty if the call did not fail
 */
record CallStatus(StatusData status, String errorType) {
    private static final CallStatus NO_FAILURE = new CallStatus(StatusData.unset(), "");

    /**
     * Errnos that are no failure: the call would block, was interrupted or goes on elsewhere. Numbers are those of
     * asm-generic/errno-base.h, errno.h and of the kernel's own linux/errno.h (the ERESTART family), equal on x86 and aarch64.
     */
    private static final Set<Integer> CONTROL_FLOW = Set.of(
            4, // EINTR
            11, // EAGAIN
            115, // EINPROGRESS
            512, // ERESTARTSYS
            513, // ERESTARTNOINTR
            514, // ERESTARTNOHAND
            516 // ERESTART_RESTARTBLOCK
            );

    /** Makes statuses by one rule, each only once. Not thread-safe. */
    static final class Rule {
        private final SpanOptions.ErrorStatus errorStatus;
        private final IntFunction<String> errnoName;
        private final Map<Integer, CallStatus> byErrno = new HashMap<>();

        Rule(SpanOptions options) {
            this.errorStatus = options.errorStatus();
            this.errnoName = options.errnoName();
        }

        CallStatus of(SyscallCall call) {
            return call.outcome() == Outcome.FAILED ? byErrno.computeIfAbsent(call.errno(), this::failed) : NO_FAILURE;
        }

        private CallStatus failed(int errno) {
            String name = errnoName.apply(errno);
            boolean isError = errorStatus == SpanOptions.ErrorStatus.ALL || !CONTROL_FLOW.contains(errno);
            return new CallStatus(isError ? StatusData.create(StatusCode.ERROR, name) : StatusData.unset(), name);
        }
    }
}
