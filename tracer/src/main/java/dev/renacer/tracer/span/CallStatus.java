// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.syscall.ErrnoNames;
import dev.renacer.tracer.syscall.ExpectedErrors;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a call ended, as its span reports it.
 *
 * @param status     ERROR for a failure, otherwise UNSET
 * @param errorType  the errno's name; empty if the call returned none
 * @param errno      its number; 0 if the call returned none
 * @param isFailure  whether anybody would call it a failure, regardless of the rule ({@link ExpectedErrors})
 * @param connection for a connect(2) that did not wait for its connection: how that ended; null for all other calls
 */
record CallStatus(
        StatusData status,
        String errorType,
        long errno,
        boolean isFailure,
        @Nullable ConnectionEnding connection) {
    private static final CallStatus NO_FAILURE = new CallStatus(StatusData.unset(), "", 0, false, null);

    /** This status for a connection with this ending. */
    CallStatus of(ConnectionEnding ending) {
        return new CallStatus(status, errorType, errno, isFailure, ending);
    }

    /** Creates statuses by one rule, each only once. Not thread-safe. */
    static final class Rule {
        private final SpanOptions.ErrorStatus errorStatus;
        private final Map<Integer, CallStatus> failures = new HashMap<>();
        private final Map<Integer, CallStatus> expected = new HashMap<>();

        Rule(SpanOptions.ErrorStatus errorStatus) {
            this.errorStatus = errorStatus;
        }

        CallStatus of(SyscallCall call) {
            if (call.outcome() != Outcome.FAILED) {
                return NO_FAILURE;
            }
            boolean isFailure = !ExpectedErrors.contains(call.syscall().name(), call.errno());
            Map<Integer, CallStatus> statuses = isFailure ? failures : expected;
            CallStatus known = statuses.get(call.errno());
            if (known == null) {
                known = status(call.errno(), isFailure);
                statuses.put(call.errno(), known);
            }
            return known;
        }

        private CallStatus status(int errno, boolean isFailure) {
            String name = ErrnoNames.of(errno).name();
            boolean isError = errorStatus == SpanOptions.ErrorStatus.ALL || isFailure;
            return new CallStatus(
                    isError ? StatusData.create(StatusCode.ERROR, name) : StatusData.unset(),
                    name,
                    errno,
                    isFailure,
                    null);
        }
    }
}
