// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.capture.ByteText;
import dev.renacer.capture.CaptureException;
import dev.renacer.capture.RawFiles;
import dev.renacer.cli.CommandFailure;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramSearchTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void theFirstExecutableFileOfPathWins() throws Exception {
        Path first = Files.createDirectories(folder.resolve("first"));
        Path second = Files.createDirectories(folder.resolve("second"));
        Files.writeString(first.resolve("tool"), "");
        Path wanted = executable(second.resolve("tool"), "");
        assertThat(search().find("tool", Optional.of(first + ":/nonexistent:" + second)))
                .isEqualTo(wanted.toString());
    }

    @Test
    void whatIsThereButCannotBeExecutedIsCode126() throws IOException {
        Files.writeString(folder.resolve("tool"), "");
        assertRefused("tool", folder.toString(), 126, "is not executable");
        assertRefused(folder.toString(), "", 126, "is a directory");
    }

    @Test
    void whatIsNotThereIsCode127() {
        assertRefused("tool", folder.toString(), 127, "not found in PATH");
        assertRefused(folder + "/tool", folder.toString(), 127, "not found");
        assertRefused("", folder.toString(), 127, "empty");
    }

    @Test
    void withoutPathTheDefaultFoldersAreSearched() throws Exception {
        assertThat(search().find("sh", Optional.empty())).endsWith("bin/sh");
    }

    @Test
    void onlyTextWithoutInterpreterLineIsABareScript() throws Exception {
        assertThat(search().isBareScript(
                                executable(folder.resolve("a"), "echo hello\n").toString()))
                .isTrue();
        assertThat(search().isBareScript(executable(folder.resolve("b"), "").toString()))
                .isTrue();
        assertThat(search().isBareScript(
                                executable(folder.resolve("c"), "#!/bin/sh\n").toString()))
                .isFalse();
        assertThat(search().isBareScript(
                                executable(folder.resolve("d"), "MZ\0\0").toString()))
                .isFalse();
        assertThat(search().isBareScript("/bin/ls")).isFalse();
    }

    @Test
    void rawArgumentsAreTheTailOfTheCommandLine() {
        byte[] line = "java\0-cp\0x\0\u00ff\0\0last\0".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(RawArguments.last(line, 3)).isEqualTo(List.of("\u00ff", "", "last"));
    }

    @Test
    void namesAreBytes() throws Exception {
        String name = ByteText.decode(new byte[] {'t', (byte) 0xff, (byte) 0xc3});
        try (OutputStream file = RawFiles.open().create(folder + "/" + name)) {
            file.write("echo hello".getBytes(StandardCharsets.US_ASCII));
        }
        String made = folder + "/" + name;
        assertThatThrownBy(() -> search().find(name, Optional.of(folder.toString())))
                .hasMessageContaining("'" + folder + "/t\\377\\303' is not executable");
        assertThat(search().isBareScript(made)).isTrue();
    }

    private static ProgramSearch search() throws CaptureException {
        return new ProgramSearch(RawFiles.open());
    }

    private static void assertRefused(String name, String path, int code, String message) {
        assertThatThrownBy(() -> search().find(name, Optional.of(path)))
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.exitCode()).isEqualTo(code))
                .hasMessageContaining(message);
    }

    private static Path executable(Path file, String content) throws IOException {
        Files.writeString(file, content);
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }
}
