// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files by names that are not text of the locale, or of any: programs, folders of PATH, working directories, outputs. */
class ByteNamesIT {
    private static final String RENACER =
            Launchers.command("renacer", List.of()).getFirst();

    private Path folder = Path.of("");

    @BeforeEach
    void make() throws IOException {
        folder = Files.createTempDirectory("renacer-names");
    }

    /** By rm: Java cannot name every file in it. */
    @AfterEach
    void remove() {
        Run.of(List.of("rm", "-rf", folder.toString()));
    }

    // $N is the name, made by printf; each script leaves the program's 7 as its exit code.
    @ParameterizedTest(name = "LC_ALL={0} {1}: {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "C       | jos\\303\\251 | cd $N; $R -o /dev/null ./tool",
                "C       | jos\\303\\251 | $R -o /dev/null $N/tool",
                "C       | jos\\303\\251 | $R -o /dev/null $PWD/$N/tool",
                "C       | jos\\303\\251 | PATH=$PWD/$N:$PATH; $R -o /dev/null tool",
                "C       | jos\\303\\251 | PATH=$N; $R -o /dev/null tool",
                "C       | jos\\303\\251 | $R -o $N/out $N/tool; c=$?; [ -s $N/out ] && exit $c",
                "C       | jos\\303\\251 | cd $N; $R --format json -o out ./bare",
                "C.UTF-8 | jos\\303\\251 | cd $N; $R -o /dev/null ./tool",
                "C.UTF-8 | a\\377b       | $R -o /dev/null $N/tool",
                "C.UTF-8 | a\\377b       | cd $N; $R -o out ./tool; c=$?; [ -s out ] && exit $c",
                "C.UTF-8 | a\\377b       | PATH=$PWD/$N:$PATH; $R -o /dev/null tool",
                "C.UTF-8 | a\\377b       | $R -o $N/out $N/bare; c=$?; [ -s $N/out ] && exit $c",
                "C.UTF-8 | \\355\\262\\200 | $R -o $N/out $N/bare; c=$?; [ -s $N/out ] && exit $c",
                "C       | \\001\\033\\177 | $R -o $N/out $N/bare; c=$?; [ -s $N/out ] && exit $c",
            })
    void aNameIsItsBytes(String locale, String name, String script) {
        Run run = run(locale, name, script);
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isEqualTo(7);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "jos\\303\\251 | $R $N        | 127 | program 'jos\\303\\251' not found in PATH",
                "jos\\303\\251 | $R ./$N      | 126 | './jos\\303\\251' is a directory",
                "a\\377b       | $R $N/no     | 127 | program 'a\\377b/no' not found",
                "a\\377b       | $R $N/plain  | 126 | 'a\\377b/plain' is not executable",
                "a\\377b       | $R -o $N/x/y true | 1 | cannot write to 'a\\377b/x/y': no such folder",
                "a\\377b       | $R -o $N true | 1  | cannot write to 'a\\377b': is a directory",
                "a\\377b       | $R $N/broken | 126 | a\\377b/broken: cannot be executed",
                "\\0338b       | $R $N/no     | 127 | program '\\0338b/no' not found",
            })
    void aMessageShowsANameAsStraceDoes(String name, String script, int code, String message) {
        for (String locale : List.of("C", "C.UTF-8")) {
            Run run = run(locale, name, script);
            assertThat(run.errLines()).singleElement().asString().contains(message);
            assertThat(run.code()).isEqualTo(code);
        }
    }

    private Run run(String locale, String name, String script) {
        String setup = "cd \"$D\"; N=$(printf '" + name + "'); mkdir \"$N\"; "
                + "printf '#!/bin/sh\\nexit 7\\n' >\"$N/tool\"; printf 'exit 7\\n' >\"$N/bare\"; : >\"$N/plain\"; "
                + "printf '#!/no/such\\n' >\"$N/broken\"; chmod +x \"$N/tool\" \"$N/bare\" \"$N/broken\"; ";
        Run run = Run.of(
                List.of("sh", "-c", setup + script), Map.of("LC_ALL", locale, "R", RENACER, "D", folder.toString()));
        Run.of(List.of("sh", "-c", "rm -rf \"$0\"/*", folder.toString()));
        return run;
    }
}
