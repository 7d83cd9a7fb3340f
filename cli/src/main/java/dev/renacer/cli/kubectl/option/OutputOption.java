// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.option;

import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.kubectl.print.OutputFormat;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code -o}. */
public final class OutputOption {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "json, yaml, name or wide, if the command supports it.")
    @Nullable
    OutputFormat format;

    /**
     * The format meant.
     *
     * @param known  what the command prints besides text
     * @throws CommandFailure if it is none of these
     */
    public OutputFormat in(OutputFormat... known) {
        if (format == null || format == OutputFormat.TEXT) {
            return OutputFormat.TEXT;
        }
        List<OutputFormat> formats = Arrays.asList(known);
        if (!formats.contains(format)) {
            throw CommandFailure.usage("this command does not print -o " + format + "; it knows "
                    + formats.stream().map(OutputFormat::toString).collect(Collectors.joining(", ")));
        }
        return format;
    }
}
