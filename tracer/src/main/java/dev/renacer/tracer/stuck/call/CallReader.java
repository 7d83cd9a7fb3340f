// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck.call;

import dev.renacer.capture.CaptureException;
import dev.renacer.capture.look.CallInFlight;
import dev.renacer.capture.look.CallLook;
import dev.renacer.capture.ring.CapturedEvent;
import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.RedactedCalls;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallDecoder;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.descriptor.Descriptor;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.filter.SyscallFilter;
import dev.renacer.tracer.output.ArgumentFormatter;
import dev.renacer.tracer.output.notation.NumberNames;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.redact.Redactor;
import dev.renacer.tracer.source.CallSites;
import dev.renacer.tracer.stuck.proc.ProcFiles;
import dev.renacer.tracer.stuck.proc.ThreadCall;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.ParameterKind;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads and writes the calls of sleeping threads, by the plan, the decoder and the notation of a trace. Not thread-safe. */
public final class CallReader implements AutoCloseable {
    private static final int STRING_LIMIT = 4096;
    private static final int BUFFER_LIMIT = 64;
    private static final int STACK_BYTES = 32_768;
    private static final int ELF_CLASS = 4;
    private static final int ELF_CLASS_32 = 1;
    private static final NameWriter.Style STYLE = NameWriter.Style.ALL;

    private final CallLook look;
    private final SyscallDecoder decoder;
    private @Nullable SyscallCall decoded;

    /**
     * What was read.
     *
     * @param event  with the stack
     * @param call   without secrets
     */
    public record Read(CapturedEvent event, SyscallCall call) {}

    /**
     * @param redactor  takes the secrets out of arguments
     * @param detail    what of them is read
     * @throws CaptureException if the capture core cannot be loaded
     */
    public CallReader(Redactor redactor, ArgumentDetail detail) throws CaptureException {
        look = CallLook.open(SyscallFilter.EVERYTHING.plan(detail), STRING_LIMIT, BUFFER_LIMIT, STACK_BYTES);
        TraceListener last = new TraceListener() {
            @Override
            public void onCall(SyscallCall call) {
                decoded = call;
            }

            @Override
            public void onEvent(TraceEvent event) {
                // That of the process, which is known.
            }
        };
        decoder = new SyscallDecoder(0, new RedactedCalls(redactor, last), CallSites.NONE);
    }

    /** Copies memory, and reads clocks of the scheduler. */
    public CallLook look() {
        return look;
    }

    /** By which the calls of a process's threads are read: that of its program. Empty if no table is known. */
    public static Optional<Abi> abi(ProcFiles files, int pid) {
        byte[] head = files.head(pid, "exe", ELF_CLASS + 1);
        boolean narrow = head.length > ELF_CLASS && head[ELF_CLASS] == ELF_CLASS_32;
        boolean arm = System.getProperty("os.arch", "").equals("aarch64");
        if (narrow) {
            return arm ? Optional.empty() : Optional.of(Abi.I386);
        }
        return Optional.of(arm ? Abi.AARCH64 : Abi.X86_64);
    }

    /** Reads a call. */
    public Optional<Read> read(int pid, int tid, Abi abi, ThreadCall.Sleeping call) {
        CapturedEvent event = look.at(new CallInFlight(
                pid,
                tid,
                abi.auditArch(),
                call.number(),
                call.arguments(),
                call.stackPointer(),
                call.instructionPointer()));
        decoded = null;
        decoder.decode(event);
        return Optional.ofNullable(decoded).map(found -> new Read(event, found));
    }

    /** Writes a call; what it will write to is an address. */
    public static String text(SyscallCall call, Map<Integer, Descriptor> descriptors, Optional<Descriptor> folder) {
        StringBuilder out = new StringBuilder(call.syscall().name()).append('(');
        NumberNames names = (to, number) -> {
            Descriptor what = descriptors.get(number);
            if (what != null) {
                NameWriter.write(to, what, STYLE);
            }
        };
        int start = out.length();
        ArgumentFormatter.each(call, index -> {
            out.append(out.length() > start ? ", " : "");
            ArgumentFormatter.argument(out, call, index, NameWriter.NONE, TextDetail.DEFAULT.naming(names));
            if (isDescriptor(call, index)) {
                int number = (int) call.args()[index];
                if (number >= 0) {
                    names.write(out, number);
                } else {
                    folder.ifPresent(what -> NameWriter.write(out, what, STYLE));
                }
            }
        });
        return out.append(')').toString();
    }

    /** Whether an argument is the number of a descriptor. */
    public static boolean isDescriptor(SyscallCall call, int index) {
        ParameterKind kind = index < call.syscall().parameters().size()
                ? call.syscall().parameters().get(index).in(call.args()).kind()
                : ParameterKind.NOTHING;
        return kind == ParameterKind.FD || kind == ParameterKind.DIRFD;
    }

    @Override
    public void close() {
        look.close();
    }
}
