// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.cli.CommandFailure;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.TextForm;
import dev.renacer.tracer.output.notation.TextDetail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Which combinations of options for output make sense. */
class OutputPlanTest {
    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource({
        "'', true",
        "--format text, true",
        "--format csv, false",
        "--format jsonl -o x, true",
        "--format jsonl=x, true",
        "--format jsonl=x --format csv, false",
        "-c --format jsonl=x, true",
        "-c --format csv, false",
    })
    void remarksAreMadeOnlyWhereTheyLeaveTheTraceIntact(String options, boolean allowed) {
        assertThat(plan(options, plain()).allowsRemarks()).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--format text --format json             | give one of them a file: --format json=FILE",
                "-c -U calls --format csv                 | -U chooses columns of the table in text",
                "-c -U calls --format json                | -U chooses columns of the table in text",
                "--stats-extended --format csv            | --stats-extended has several tables",
                "-c --function-time --format csv          | --function-time has several tables",
                "--format json=x --format csv=./x        | would both be written to './x'",
                "-o x --format text --format json=x      | both be written to 'x'",
                "--format json=- --format csv=-          | both be written to '-'",
                "-o x --format json=y                    | nothing is left for -o",
                "--format json=!                         | names no command",
                "--format perfetto                       | needs a file: --format perfetto=FILE",
                "-c --format jsonl                       | -c writes a table, which has no JSONL form",
                "-t --format json=x                      | are for lines of text; leave them out",
                "-c -t                                   | are for lines of text; leave them out",
            })
    void whatContradictsItselfIsRefused(String options, String message) {
        assertThatThrownBy(() -> plan(options, plain()))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining(message);
    }

    @Test
    void aLinkToTheSameFileIsRefused() throws IOException {
        Path file = Files.createFile(folder.resolve("trace"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);

        assertThatThrownBy(() -> plan("--format json=" + file + " --format csv=" + link, plain()))
                .hasMessageContaining("would both be written to");
    }

    @Test
    void linesOfTextBesideOtherFormatsMayBeginWithTheTime() {
        assertThat(plan("-t --format json=x --format text=y", plain()).showsCalls())
                .isTrue();
        assertThat(plan("-c -t --format text=y", plain()).showsCalls()).isTrue();
    }

    @Test
    void stacksNeedAFormatThatHasThem() {
        Shown stacks = shown(false, true);
        assertThatThrownBy(() -> plan("-c", stacks)).hasMessageContaining("for which the table of -c has no room");
        assertThatThrownBy(() -> plan("--format csv=x", stacks))
                .hasMessageContaining("for which a row of CSV has no room; these have: --format text, json, jsonl");
        assertThat(plan("--format csv=x --format json", stacks).showsCalls()).isTrue();
    }

    @Test
    void aFileForEachThreadHasLinesOfTextAndMayHaveOthersBesideIt() {
        Shown each = shown(true, false);
        assertThatThrownBy(() -> plan("--format json -o x", each))
                .hasMessageContaining("leave it out with --format json, or write --format json=FILE beside it");
        assertThatThrownBy(() -> plan("--format json=x", each)).hasMessageContaining("name them with -o FILE");
        assertThat(plan("-o x --format json=y", each).allowsRemarks()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "xml    | is no format; there are text, json, jsonl, csv, html, perfetto, pprof",
                "json=  | names no file; write json=FILE",
            })
    void aWrongFormatIsToldWithTheRightOnes(String argument, String message) {
        assertThatThrownBy(() -> plan("--format " + argument, plain()))
                .hasMessageContaining("Invalid value for option '--format'")
                .hasMessageContaining(message);
    }

    private static OutputPlan plan(String options, Shown shown) {
        OutputOptions parsed = new OutputOptions();
        new CommandLine(CommandSpec.forAnnotatedObject(parsed))
                .parseArgs(options.isEmpty() ? new String[0] : options.split(" ", -1));
        return parsed.plan(shown);
    }

    private static Shown plain() {
        return shown(false, false);
    }

    private static Shown shown(boolean eachThread, boolean stacks) {
        return new Shown(
                eachThread,
                false,
                stacks,
                false,
                NameWriter.Style.NONE,
                TextDetail.DEFAULT,
                TextForm.of(TextDetail.DEFAULT));
    }
}
