// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Places of generated code, shown as those of the code it was generated from. */
class TranspilerMapIT {
    @TempDir
    Path folder = Path.of("");

    private String program = "";

    /** A program whose write is made in line 7. */
    @BeforeEach
    void compile() throws IOException {
        Path source = Files.writeString(folder.resolve("app.gen.c"), """
                #include <unistd.h>

                __attribute__((noinline)) static void fn_12(void);

                static void fn_12(void)
                {
                    (void)!write(1, "hello\\n", 6);
                    __asm__ volatile("");
                }

                int main(void)
                {
                    fn_12();
                    return 0;
                }
                """);
        program = folder.resolve("app").toString();
        Run gcc = Run.of(List.of("gcc", "-g", "-O0", "-o", program, source.toString()));
        assertThat(gcc.code()).as(gcc.err()).isZero();
    }

    @Test
    void aListOfLinesNamesTheLineAndTheFunctionThatAPersonWrote() throws IOException {
        Path map = Files.writeString(folder.resolve("lines.json"), """
                {"version": 1, "source_language": "python", "source_file": "app.py", "generated_file": "app.gen.c",
                 "mappings": [{"rust_line": 5, "python_line": 12, "python_function": "handler"},
                              {"rust_line": 11, "python_line": 20}],
                 "function_map": {"main": "entry"}}""");
        assertThat(write(map)).startsWith("app.py:12 handler write(1, ");
    }

    @Test
    void aSourceMapOfVersion3Does() throws IOException {
        // Line 7: the fourth line of the second source, by the name of the first; lines before it have no source.
        Path map = Files.writeString(folder.resolve("app.gen.c.map"), """
                {"version": 3, "sourceRoot": "src", "sources": ["other.ts", "app.ts"], "names": ["greet"],
                 "mappings": ";;;;;;ACGAA"}""");
        assertThat(write(map)).startsWith("app.ts:4 greet write(1, ");
    }

    @Test
    void whatIsNoSourceMapIsRefused() throws IOException {
        expectRefusal(Files.writeString(folder.resolve("text"), "hello"), "is not JSON");
        expectRefusal(Files.writeString(folder.resolve("other"), "{}"), "has no source_file");
        expectRefusal(
                Files.writeString(
                        folder.resolve("broken"), "{\"version\": 3, \"sources\": [], \"mappings\": \"AAAA\"}"),
                "refers to a source that it does not list");
        expectRefusal(
                Files.writeString(
                        folder.resolve("digits"), "{\"version\": 3, \"sources\": [\"a\"], \"mappings\": \"!\"}"),
                "has mappings that are no Base64 VLQ");
        expectRefusal(folder.resolve("missing"), "cannot read");
    }

    @Test
    void itNeedsSourceLines() throws IOException {
        Run run = Run.renacer("--transpiler-map", "map", "--", "true");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("--transpiler-map changes what -s shows; give -s, too");
    }

    private String write(Path map) throws IOException {
        Run run = Run.renacer("-s", "-e", "trace=write", "--transpiler-map", map.toString(), "--", program);
        assertThat(run.code()).as(run.err()).isZero();
        return run.errLines().getFirst();
    }

    private void expectRefusal(Path map, String why) throws IOException {
        Run run = Run.renacer("-s", "--transpiler-map", map.toString(), "--", program);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.errLines()).singleElement().asString().contains(why);
    }
}
