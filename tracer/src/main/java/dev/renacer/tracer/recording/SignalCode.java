// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording;

import dev.renacer.tracer.SignalInfo;
import dev.renacer.tracer.SignalInfo.Bounds;
import dev.renacer.tracer.SignalInfo.Cause;
import dev.renacer.tracer.SignalInfo.Child;
import dev.renacer.tracer.SignalInfo.Fault;
import dev.renacer.tracer.SignalInfo.FaultDetail;
import dev.renacer.tracer.SignalInfo.MemoryError;
import dev.renacer.tracer.SignalInfo.NoDetail;
import dev.renacer.tracer.SignalInfo.PerfEvent;
import dev.renacer.tracer.SignalInfo.ProtectionKey;
import dev.renacer.tracer.SignalInfo.Ready;
import dev.renacer.tracer.SignalInfo.Sender;
import dev.renacer.tracer.SignalInfo.Timer;
import dev.renacer.tracer.SignalInfo.TrappedCall;
import dev.renacer.tracer.SignalInfo.Unknown;
import dev.renacer.tracer.recording.block.BlockInput;
import dev.renacer.tracer.recording.block.BlockOutput;
import dev.renacer.tracer.recording.block.RecordingException;

/** How what the kernel says of a signal is written: a byte says what follows. */
final class SignalCode {
    private SignalCode() {}

    static void write(BlockOutput out, SignalInfo info) {
        out.signed(info.signal());
        out.signed(info.code());
        out.signed(info.errno());
        switch (info.cause()) {
            case Unknown _ -> out.one(0);
            case Sender sender -> numbers(out, 1, sender.pid(), sender.uid(), sender.value());
            case Timer timer -> numbers(out, 2, timer.id(), timer.overrun(), timer.value());
            case Child child ->
                numbers(out, 3, child.pid(), child.uid(), child.status(), child.userTicks(), child.systemTicks());
            case Ready ready -> numbers(out, 4, ready.events(), ready.descriptor());
            case TrappedCall call -> numbers(out, 5, call.address(), call.number(), call.arch());
            case Fault fault -> fault(out, fault);
        }
    }

    private static void fault(BlockOutput out, Fault fault) {
        long address = fault.address();
        switch (fault.detail()) {
            case NoDetail _ -> numbers(out, 6, address);
            case MemoryError memory -> numbers(out, 7, address, memory.leastBit());
            case Bounds bounds -> numbers(out, 8, address, bounds.lower(), bounds.upper());
            case ProtectionKey key -> numbers(out, 9, address, key.key());
            case PerfEvent event -> numbers(out, 10, address, event.data(), event.type(), event.flags());
        }
    }

    private static void numbers(BlockOutput out, int kind, long... numbers) {
        out.one(kind);
        for (long number : numbers) {
            out.signed(number);
        }
    }

    static SignalInfo read(BlockInput in) throws RecordingException {
        return new SignalInfo(in.signedInt(), in.signedInt(), in.signedInt(), cause(in));
    }

    private static Cause cause(BlockInput in) throws RecordingException {
        int kind = in.one();
        return switch (kind) {
            case 0 -> new Unknown();
            case 1 -> new Sender(in.signedInt(), in.signedInt(), in.signed());
            case 2 -> new Timer(in.signedInt(), in.signedInt(), in.signed());
            case 3 -> new Child(in.signedInt(), in.signedInt(), in.signedInt(), in.signed(), in.signed());
            case 4 -> new Ready(in.signed(), in.signedInt());
            case 5 -> new TrappedCall(in.signed(), in.signedInt(), in.signedInt());
            case 6, 7, 8, 9, 10 -> new Fault(in.signed(), detail(in, kind));
            default -> throw new RecordingException("a signal has the unknown cause " + kind);
        };
    }

    private static FaultDetail detail(BlockInput in, int kind) throws RecordingException {
        return switch (kind) {
            case 7 -> new MemoryError(in.signedInt());
            case 8 -> new Bounds(in.signed(), in.signed());
            case 9 -> new ProtectionKey(in.signedInt());
            case 10 -> new PerfEvent(in.signed(), in.signedInt(), in.signedInt());
            default -> new NoDetail();
        };
    }
}
