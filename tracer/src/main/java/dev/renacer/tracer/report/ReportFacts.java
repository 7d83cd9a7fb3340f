// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.report;

import dev.renacer.capture.PrintableText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * What a report says of its trace beside the calls. Immutable.
 *
 * @param command  what was traced, as a person would write it; without secrets
 * @param version  of this product
 * @param host     name of the machine
 * @param kernel   its release and processor
 * @param zone     in which times of day are shown
 * @param further  names and values of what else a reader should know, such as which calls were asked for
 */
public record ReportFacts(String command, String version, String host, String kernel, ZoneId zone, List<Fact> further) {
    /** A name and a value, for people. */
    public record Fact(String name, String value) {}

    public ReportFacts {
        further = List.copyOf(further);
    }

    /** Those of this machine, in its time zone. */
    public static ReportFacts here(String command, String version, List<Fact> further) {
        return new ReportFacts(
                command,
                version,
                kernel("hostname"),
                kernel("ostype") + " " + kernel("osrelease") + " " + System.getProperty("os.arch"),
                ZoneId.systemDefault(),
                further);
    }

    /** All of them as a page carries them: a line each, the name, a tab and the value; the page knows the first by their names. */
    public String lines() {
        List<Fact> all = new ArrayList<>(List.of(
                new Fact("command", command),
                new Fact("version", version),
                new Fact("host", host),
                new Fact("kernel", kernel),
                new Fact("zone", zone.getId())));
        all.addAll(further);
        StringBuilder lines = new StringBuilder();
        all.forEach(fact -> lines.append(PrintableText.line(fact.name()))
                .append('\t')
                .append(PrintableText.line(fact.value()))
                .append('\n'));
        return lines.toString();
    }

    private static String kernel(String what) {
        try {
            return Files.readString(Path.of("/proc/sys/kernel", what)).strip();
        } catch (IOException _) {
            return "?"; // a sandbox may hide it, and nothing depends on it
        }
    }
}
