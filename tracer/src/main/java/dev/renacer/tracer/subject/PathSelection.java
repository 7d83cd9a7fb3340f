// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.subject;

import dev.renacer.capture.ByteText;
import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.descriptor.CallNames;
import dev.renacer.tracer.descriptor.Descriptor;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.syscall.DescriptorCalls;
import dev.renacer.tracer.syscall.Parameter;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The calls that are about certain paths, as strace's -P has it: one of their arguments is such a path, as it stands there or
 * made absolute, or a descriptor of it, or they poll one. That a relative path begins at such a folder is not enough. For the
 * consumer thread.
 */
final class PathSelection {
    private static final int AT_FDCWD = -100;

    private final Set<String> paths;
    private final Descriptors descriptors;

    /**
     * @param paths        as {@link ByteText}
     * @param descriptors  knows what descriptors are; it must be a listener in front
     */
    PathSelection(Set<String> paths, Descriptors descriptors) {
        this.paths = paths;
        this.descriptors = descriptors;
    }

    /** Whether the call that is being delivered is about one of them. */
    boolean selects(SyscallCall call) {
        if (paths.isEmpty()) {
            return false;
        }
        CallNames names = descriptors.names(call);
        if (names.path().filter(paths::contains).isPresent()) {
            return true;
        }
        List<Parameter> parameters = call.syscall().parameters();
        for (int index = 0; index < parameters.size(); index++) {
            boolean about = switch (parameters.get(index).kind()) {
                case FD -> isOne(names.argument(index));
                case DIRFD -> (int) call.args()[index] != AT_FDCWD && isOne(names.argument(index));
                case PATH -> isWritten(call.data(index)) || isAbsolute(call, index);
                default -> false;
            };
            if (about) {
                return true;
            }
        }
        return PolledDescriptor.all(call).anyMatch(number -> isOne(descriptors.descriptor(call, number)));
    }

    private boolean isOne(Optional<Descriptor> descriptor) {
        return descriptor.orElse(null) instanceof Descriptor.File file && paths.contains(file.path());
    }

    private boolean isWritten(Optional<CapturedData> string) {
        return string.filter(text -> text.readable() && !text.cut())
                .filter(text -> paths.contains(ByteText.decode(text.bytes())))
                .isPresent();
    }

    /** Of the further paths of a call: the target of a symbolic link, which comes first, begins at no folder of the caller. */
    private boolean isAbsolute(SyscallCall call, int argument) {
        return argument > DescriptorCalls.pathArgument(call.syscall())
                && descriptors.path(call, argument).filter(paths::contains).isPresent();
    }
}
