// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import dev.renacer.capture.CaptureOptions;
import dev.renacer.cli.CommandFailure;
import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.output.notation.TextDetail.Hex;
import java.util.List;
import picocli.CommandLine.Option;

/** How much is shown of what arguments point to. */
final class DetailOptions {
    /** What the capture reads of the arguments of one call, at most. */
    private static final int MOST = CaptureOptions.MAX_BUFFER_LIMIT;
    /** As strace's. */
    static final int DEFAULT_LIMIT = TextDetail.DEFAULT.limit();
    /** By the number of times that -x is given. */
    private static final List<Hex> HEX = List.of(Hex.NEVER, Hex.UNPRINTABLE, Hex.ALWAYS);

    @Option(
            names = "-y",
            description = "Show what descriptors are: 3</etc/passwd>. -yy: also the addresses of sockets,"
                    + " 4<TCP:[10.0.0.7:41812->10.0.0.9:5432]>. What is not known is left out.")
    boolean[] names = {};

    @Option(
            names = "--string-limit",
            paramLabel = "BYTES",
            description =
                    "Show at most so many bytes of a string or buffer, and elements of an array (default: 32; at most"
                            + " " + MOST + "). Paths are always whole. strace's -s; here -s shows sources.")
    int limit = DEFAULT_LIMIT;

    @Option(
            names = {"-v", "--no-abbrev"},
            description =
                    "Show all fields of structs, all elements of arrays, and the environment of a program executed.")
    boolean verbose;

    @Option(names = "-x", description = "Show strings that are not ASCII in hexadecimal; -xx all strings.")
    boolean[] hex = {};

    /**
     * How it is written.
     *
     * @throws CommandFailure if that is not possible
     */
    TextDetail text() {
        if (limit < 0 || limit > MOST) {
            throw CommandFailure.usage("--string-limit " + limit + " is not possible; give 0 to " + MOST
                    + ": no more is read of what the arguments of a call point to");
        }
        if (hex.length >= HEX.size()) {
            throw CommandFailure.usage("-x is given " + hex.length + " times; there are -x and -xx");
        }
        return new TextDetail(limit, verbose, HEX.get(hex.length));
    }

    /** What is read; {@code all}: some calls are shown with all that is known of them. */
    ArgumentDetail arguments(boolean all) {
        return verbose || all ? ArgumentDetail.VERBOSE : ArgumentDetail.FULL;
    }

    /** How many bytes are read of a buffer; of one that is not shown one byte, so that its arguments are no addresses. */
    int bufferLimit(boolean dumped) {
        return dumped ? MOST : Math.max(1, limit);
    }

    /** How descriptors are shown. */
    NameWriter.Style names() {
        return switch (names.length) {
            case 0 -> NameWriter.Style.NONE;
            case 1 -> NameWriter.Style.PATHS;
            default -> NameWriter.Style.ALL;
        };
    }
}
