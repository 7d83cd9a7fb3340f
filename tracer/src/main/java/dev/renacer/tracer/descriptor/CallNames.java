// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.syscall.DescriptorCalls;
import dev.renacer.tracer.syscall.DescriptorCalls.Change;
import dev.renacer.tracer.syscall.ErrnoNames;
import dev.renacer.tracer.syscall.Parameter;
import dev.renacer.tracer.syscall.ParameterKind;
import dev.renacer.tracer.syscall.Syscall;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the descriptors and paths in one call are, as far as that is known. Immutable. */
public final class CallNames {
    /** Of a call of which nothing is known. */
    public static final CallNames NONE = new CallNames(new Descriptor[0], null, null);

    private static final int EBADF = ErrnoNames.number("EBADF");
    private static final Descriptor[] NO_ARGUMENTS = {};

    /**
     * What is known of all calls of one name.
     *
     * @param path         the argument that is the path it is about; -1: none
     * @param descriptors  the number of arguments up to the last that is a descriptor; 0: none is
     */
    record Shape(int path, int descriptors) {
        static Shape of(Syscall syscall) {
            List<Parameter> parameters = syscall.parameters();
            int end = parameters.size();
            while (end > 0 && !isDescriptor(parameters.get(end - 1))) {
                end--;
            }
            return new Shape(DescriptorCalls.pathArgument(syscall), end);
        }
    }

    private final @Nullable Descriptor[] arguments;
    private final @Nullable Descriptor result;
    private final @Nullable String path;

    private CallNames(@Nullable Descriptor[] arguments, @Nullable Descriptor result, @Nullable String path) {
        this.arguments = arguments;
        this.result = result;
        this.path = path;
    }

    /**
     * What the descriptor in an argument was when the call began; of AT_FDCWD, the working directory.
     *
     * @param index  of the argument
     */
    public Optional<Descriptor> argument(int index) {
        return index < arguments.length ? Optional.ofNullable(arguments[index]) : Optional.empty();
    }

    /** Likewise; null: not known, or it is none. */
    public @Nullable Descriptor descriptor(int index) {
        return index < arguments.length ? arguments[index] : null;
    }

    /** What the descriptor is that the call has returned. */
    public Optional<Descriptor> result() {
        return Optional.ofNullable(result);
    }

    /**
     * The absolute path of the first path among the arguments, as the process sees it; links are not followed.
     */
    public Optional<String> path() {
        return Optional.ofNullable(path);
    }

    /** Likewise; null: not known, or there is none. */
    public @Nullable String firstPath() {
        return path;
    }

    /** The absolute path of the path in an argument of this call. */
    @Nullable
    String path(SyscallCall call, ProcessFiles process, int index, @Nullable Lookups lookups) {
        return path(call, process, index, arguments, lookups);
    }

    /** With what the call has returned, now that it is carried out. */
    CallNames after(SyscallCall call, ProcessFiles process, Optional<Change> change, @Nullable Lookups lookups) {
        Descriptor made = null;
        if (change.isPresent() && change.get().returnsDescriptor(call.args()) && call.outcome() == Outcome.RETURNED) {
            made = descriptor(call, process, (int) call.result(), call.endNanos(), lookups);
        }
        return made == null ? this : new CallNames(arguments, made, path);
    }

    /**
     * Looks at a call that is not yet carried out.
     *
     * @param shape    of such calls
     * @param lookups  what is asked if something is not known; null: nobody
     */
    static CallNames before(SyscallCall call, Shape shape, ProcessFiles process, @Nullable Lookups lookups) {
        @Nullable Descriptor[] found = NO_ARGUMENTS;
        List<Parameter> parameters = call.syscall().parameters();
        for (int index = shape.descriptors() - 1; index >= 0; index--) {
            Descriptor what = isDescriptor(parameters.get(index)) ? argument(call, process, index, lookups) : null;
            if (what != null) {
                found = found.length == 0 ? new Descriptor[index + 1] : found;
                found[index] = what;
            }
        }
        String path = path(call, process, shape.path(), found, lookups);
        return found.length == 0 && path == null ? NONE : new CallNames(found, null, path);
    }

    private static boolean isDescriptor(Parameter parameter) {
        return parameter.kind() == ParameterKind.FD || parameter.kind() == ParameterKind.DIRFD;
    }

    private static @Nullable Descriptor argument(
            SyscallCall call, ProcessFiles process, int index, @Nullable Lookups lookups) {
        int number = (int) call.args()[index];
        if (number == CallData.AT_FDCWD
                && call.syscall().parameters().get(index).kind() == ParameterKind.DIRFD) {
            return folder(call, process, lookups);
        }
        boolean replaced = index == 1 && call.syscall().name().startsWith("dup");
        if (replaced) {
            OpenFile before = process.files().findReplaced(number, call.startNanos());
            return before == null ? null : before.what();
        }
        return descriptor(call, process, number, call.startNanos(), lookups);
    }

    private static @Nullable Descriptor folder(SyscallCall call, ProcessFiles process, @Nullable Lookups lookups) {
        OpenFile folder = process.folders().findReplaced(ProcessFiles.FOLDER, call.startNanos());
        if (folder != null) {
            return folder.what();
        }
        if (lookups != null) {
            lookups.askFolder(process.pid(), process.folders());
        }
        return null;
    }

    static @Nullable Descriptor descriptor(
            SyscallCall call, ProcessFiles process, int number, long nanos, @Nullable Lookups lookups) {
        OpenFile file = process.files().find(number, nanos);
        if (lookups == null || number < 0) {
            return file == null ? null : file.what();
        }
        if (file == null) {
            if (call.outcome() == Outcome.RETURNED || (call.outcome() == Outcome.FAILED && call.errno() != EBADF)) {
                lookups.ask(process.pid(), process.files(), number);
            }
            return null;
        }
        if (lookups.isPartial(file.what())) {
            lookups.askRest(process.pid(), process.files(), number, file);
        }
        return file.what();
    }

    /** The path in an argument, as seen from the folder directly before it, otherwise from the working directory. */
    private static @Nullable String path(
            SyscallCall call,
            ProcessFiles process,
            int index,
            @Nullable Descriptor[] found,
            @Nullable Lookups lookups) {
        if (index < 0) {
            return null;
        }
        String path = CallData.string(call, index);
        if (path == null || (path.isEmpty() && call.outcome() != Outcome.RETURNED)) {
            return null; // only with AT_EMPTY_PATH it stands for the folder itself
        }
        if (path.startsWith("/")) {
            return path;
        }
        boolean fromArgument =
                index > 0 && call.syscall().parameters().get(index - 1).kind() == ParameterKind.DIRFD;
        Descriptor from;
        if (!fromArgument) {
            from = folder(call, process, lookups);
        } else {
            from = index <= found.length ? found[index - 1] : null;
        }
        return CallData.absolute(path, from).orElse(null);
    }
}
