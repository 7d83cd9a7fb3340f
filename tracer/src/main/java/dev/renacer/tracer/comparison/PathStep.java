// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.comparison;

import dev.renacer.tracer.source.CallStack;
import java.util.ArrayList;
import java.util.List;

/**
 * A step on the way to a call.
 *
 * @param kind  what it is
 * @param name  of the process, function, call, path or peer
 * @param note  of functions the file they are in, without its folders; empty otherwise, and if not known
 */
public record PathStep(Kind kind, String name, String note) {
    /** What a step is. */
    public enum Kind {
        /** A process, by its place in the tree. */
        PROCESS,
        /** A function of the program. */
        FUNCTION,
        /** The call itself. */
        CALL,
        /** What it is about. */
        SUBJECT
    }

    /** Those of a role, from the launched program down. */
    static List<PathStep> ofRole(String role) {
        List<PathStep> steps = new ArrayList<>();
        for (String name : role.split(Roles.SEPARATOR, -1)) {
            steps.add(new PathStep(Kind.PROCESS, name, ""));
        }
        return steps;
    }

    /** That of a frame; addresses are left out, since each build has others. */
    static PathStep of(CallStack.Frame frame, NamePattern patterns) {
        String file = frame.file()
                .map(path -> patterns.of(path.substring(path.lastIndexOf('/') + 1)))
                .orElse("");
        return new PathStep(
                Kind.FUNCTION, frame.function().orElse("[" + (file.isEmpty() ? "unknown" : file) + "]"), file);
    }

    /** The way to the calls of a group: as far as it is known without stacks. */
    static List<PathStep> of(CallKey key) {
        List<PathStep> steps = new ArrayList<>(ofRole(key.role()));
        if (!key.site().isEmpty()) {
            int file = key.site().indexOf(" (");
            steps.add(
                    file < 0
                            ? new PathStep(Kind.FUNCTION, key.site(), "")
                            : new PathStep(
                                    Kind.FUNCTION,
                                    key.site().substring(0, file),
                                    key.site().substring(file + 2, key.site().length() - 1)));
        }
        steps.add(new PathStep(Kind.CALL, key.call(), ""));
        if (!key.subject().isEmpty()) {
            steps.add(new PathStep(Kind.SUBJECT, key.subject(), ""));
        }
        return steps;
    }
}
