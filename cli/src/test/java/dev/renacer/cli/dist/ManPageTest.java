// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.dist;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.renacer.cli.kubectl.KubectlRenacer;
import dev.renacer.cli.local.RecordCommand;
import dev.renacer.cli.local.RenacerCommand;
import dev.renacer.cli.local.ReplayCommand;
import dev.renacer.cli.local.recording.DiffCommand;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ManPageTest {
    private static final List<String> REQUESTS = List.of("TH", "SH", "SS", "TP", "PP", "br", "nf", "fi");

    @Test
    void eachOptionOfTheHelpIsInThePage() {
        CommandLine renacer = new CommandLine(new RenacerCommand());
        String page = ManPage.of(renacer, "renacer", "trace", "2026-01-31", "1.2.3", List.of());
        assertTrue(page.startsWith(
                ".TH \"RENACER\" 1 \"2026\\-01\\-31\" \"Renacer 1.2.3\" \"\"\n.SH NAME\nrenacer \\- trace\n"));
        assertAll(renacer.getCommandSpec().options().stream()
                .filter(option -> !option.hidden())
                .map(option -> ManPage.escaped(option.longestName()))
                .map(option -> () -> assertTrue(page.contains(option), option)));
        assertTrue(page.contains(".SH EXAMPLES\n.nf\nrenacer \\-\\- ls \\-l /etc\n"));
    }

    @Test
    void eachVerbHasItsOptions() {
        String page =
                ManPage.of(KubectlRenacer.commandLine(), "kubectl-renacer", "trace", "2026-01-31", "1.2.3", List.of());
        String run = page.substring(page.indexOf(".SS \"run\""), page.indexOf(".SS \"list\""));
        assertTrue(run.contains("\\-\\-duration"), run);
    }

    @Test
    void pagesOfSubcommandsAreCalledAsTheyAreWritten() {
        String page = ManPage.of(
                new CommandLine(new RecordCommand()),
                "renacer-record",
                "record",
                "2026-01-31",
                "1.2.3",
                List.of("renacer", "renacer-diff"));
        assertTrue(page.contains(".PP\n\\fBrenacer record\\fR [OPTIONS] \\-o FILE"), page);
        assertTrue(page.endsWith(".SH SEE ALSO\nrenacer(1), renacer\\-diff(1)\n"), page);
    }

    @Test
    void noLineOfTheHelpIsTakenForARequest() {
        Stream.of(
                        new CommandLine(new RenacerCommand()),
                        new CommandLine(new RecordCommand()),
                        new CommandLine(new ReplayCommand()),
                        new CommandLine(new DiffCommand()),
                        KubectlRenacer.commandLine())
                .map(command -> ManPage.of(command, "name", "trace", "2026-01-31", "1.2.3", List.of()))
                .flatMap(String::lines)
                .filter(line -> line.startsWith("."))
                .map(line -> line.substring(1).split(" ", 2)[0])
                .forEach(request -> assertTrue(REQUESTS.contains(request), request));
    }

    @Test
    void whatRoffWouldReadIsEscaped() {
        assertEquals(
                "\\&./\\-file \\edir \\(aqx\\(aq \\(tix \\(hay \\(gaz\\(ga",
                ManPage.escaped("./-file \\dir 'x' ~x ^y `z`"));
    }
}
