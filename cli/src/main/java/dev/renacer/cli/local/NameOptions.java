// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import dev.renacer.tracer.descriptor.NameWriter;
import picocli.CommandLine.Option;

/** Whether descriptors are shown with what they are. */
final class NameOptions {
    @Option(
            names = "-y",
            description = "Show what descriptors are: 3</etc/passwd>. -yy: also the addresses of sockets,"
                    + " 4<TCP:[10.0.0.7:41812->10.0.0.9:5432]>. What is not known is left out.")
    boolean[] given = {};

    /** How much is shown. */
    NameWriter.Style style() {
        return switch (given.length) {
            case 0 -> NameWriter.Style.NONE;
            case 1 -> NameWriter.Style.PATHS;
            default -> NameWriter.Style.ALL;
        };
    }
}
