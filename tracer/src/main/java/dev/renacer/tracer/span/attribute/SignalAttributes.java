// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.attribute;

import dev.renacer.tracer.SignalInfo;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.syscall.SignalNames;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;

/** The attributes of the event {@code signal}: the content of its siginfo, without the fields that it does not have. */
public final class SignalAttributes {
    private SignalAttributes() {}

    /** The attributes of this signal. */
    public static Attributes of(TraceEvent.SignalDelivered delivered) {
        SignalInfo info = delivered.info();
        AttributesBuilder attributes = Attributes.builder()
                .put(SpanAttributes.SIGNAL_NAME, SignalNames.of(info.signal()))
                .put(SpanAttributes.SIGNAL_NUMBER, (long) info.signal())
                .put(SpanAttributes.SIGNAL_CODE, SignalNames.code(info.signal(), info.code()))
                .put(SpanAttributes.SYSCALL_TID, (long) delivered.tid());
        switch (info.cause()) {
            case SignalInfo.Unknown _ -> {
                // There is nothing but signal and code.
            }
            case SignalInfo.Sender sender -> {
                sender(attributes, sender.pid(), sender.uid());
                if (sender.value() != 0) {
                    attributes.put(SpanAttributes.SIGNAL_VALUE, sender.value());
                }
            }
            case SignalInfo.Timer timer ->
                attributes
                        .put(SpanAttributes.SIGNAL_TIMER_ID, (long) timer.id())
                        .put(SpanAttributes.SIGNAL_VALUE, timer.value());
            case SignalInfo.Child child -> {
                sender(attributes, child.pid(), child.uid());
                if (info.isExit()) {
                    attributes.put(SpanAttributes.SIGNAL_CHILD_EXIT_CODE, (long) child.status());
                } else {
                    attributes.put(SpanAttributes.SIGNAL_CHILD_SIGNAL, SignalNames.of(child.status()));
                }
            }
            case SignalInfo.Fault fault ->
                attributes.put(SpanAttributes.SIGNAL_FAULT_ADDRESS, "0x" + Long.toHexString(fault.address()));
            case SignalInfo.Ready ready -> attributes.put(SpanAttributes.SIGNAL_DESCRIPTOR, (long) ready.descriptor());
            case SignalInfo.TrappedCall trapped ->
                trapped.syscall().ifPresent(call -> attributes.put(SpanAttributes.SIGNAL_SYSCALL, call.name()));
        }
        return attributes.build();
    }

    private static void sender(AttributesBuilder attributes, int pid, int uid) {
        attributes
                .put(SpanAttributes.SIGNAL_SENDER_PID, (long) pid)
                .put(SpanAttributes.SIGNAL_SENDER_UID, Integer.toUnsignedLong(uid));
    }
}
