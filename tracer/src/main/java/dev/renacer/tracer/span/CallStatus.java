// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.syscall.ErrnoNames;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * How a call ended, as a span tells it.
 *
 * @param status     ERROR for a failure, else UNSET
 * @param errorType  the errno's name; empty if the call did not fail
 */
record CallStatus(StatusData status, String errorType) {
    private static final CallStatus NO_FAILURE = new CallStatus(StatusData.unset(), "");

    /**
     * Errnos that are no failure: the call would block, was interrupted or goes on elsewhere; with those of {@link
     * ErrnoNames#isRestart}. Numbers are those of asm-generic/errno-base.h and errno.h, equal on x86 and aarch64.
     */
    private static final Set<Integer> CONTROL_FLOW = Set.of(
            4, // EINTR
            11, // EAGAIN
            115 // EINPROGRESS
            );

    /** Makes statuses by one rule, each only once. Not thread-safe. */
    static final class Rule {
        private final SpanOptions.ErrorStatus errorStatus;
        private final Map<Integer, CallStatus> byErrno = new HashMap<>();

        Rule(SpanOptions.ErrorStatus errorStatus) {
            this.errorStatus = errorStatus;
        }

        CallStatus of(SyscallCall call) {
            return call.outcome() == Outcome.FAILED ? byErrno.computeIfAbsent(call.errno(), this::failed) : NO_FAILURE;
        }

        private CallStatus failed(int errno) {
            String name = ErrnoNames.of(errno).name();
            boolean controlFlow = CONTROL_FLOW.contains(errno) || ErrnoNames.isRestart(errno);
            boolean isError = errorStatus == SpanOptions.ErrorStatus.ALL || !controlFlow;
            return new CallStatus(isError ? StatusData.create(StatusCode.ERROR, name) : StatusData.unset(), name);
        }
    }
}
