// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Prints the version of both commands: the one in the jar's manifest, or {@code (unpackaged)} when run from class
 * files.
 */
public final class ProjectVersion implements CommandLine.IVersionProvider {
    /** Set by picocli. */
    @CommandLine.Spec
    @Nullable
    CommandSpec spec;

    /** The version of this build. */
    public static String current() {
        String packaged = ProjectVersion.class.getPackage().getImplementationVersion();
        return Objects.requireNonNullElse(packaged, "(unpackaged)");
    }

    @Override
    public String[] getVersion() {
        String name = spec == null ? "renacer" : spec.root().name();
        return new String[] {name + " " + current()};
    }
}
