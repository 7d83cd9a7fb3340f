// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import dev.renacer.capture.ByteText;
import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.descriptor.CallNames;
import dev.renacer.tracer.descriptor.Descriptor;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.syscall.Parameter;
import dev.renacer.tracer.syscall.ParameterKind;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The calls that are about certain paths: one of their arguments is such a path, as it stands there or made absolute, or
 * a descriptor of it. For the consumer thread.
 */
public final class PathSelection {
    private final Set<String> paths;
    private final Descriptors descriptors;

    /**
     * @param paths        as {@link ByteText}
     * @param descriptors  knows what descriptors are; it must be a listener in front
     */
    public PathSelection(Set<String> paths, Descriptors descriptors) {
        this.paths = Set.copyOf(paths);
        this.descriptors = descriptors;
    }

    /** Whether the call that is being delivered is about one of them. */
    public boolean selects(SyscallCall call) {
        CallNames names = descriptors.names(call);
        if (names.path().filter(paths::contains).isPresent()) {
            return true;
        }
        List<Parameter> parameters = call.syscall().parameters();
        for (int index = 0; index < parameters.size(); index++) {
            if (isDescriptorOfOne(names.argument(index))
                    || (parameters.get(index).kind() == ParameterKind.PATH && isOne(call.data(index)))) {
                return true;
            }
        }
        return false;
    }

    private boolean isDescriptorOfOne(Optional<Descriptor> descriptor) {
        return descriptor.orElse(null) instanceof Descriptor.File file && paths.contains(file.path());
    }

    private boolean isOne(Optional<CapturedData> string) {
        return string.filter(text -> text.readable() && !text.cut())
                .filter(text -> paths.contains(ByteText.decode(text.bytes())))
                .isPresent();
    }
}
