// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.ExitCode;
import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much is shown of what arguments point to, and of calls about certain paths. */
class ShownDetailIT {
    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--string-limit=4 | \"abcd\"..., 10",
                "--string-limit=100 | \"abcdefghi\\n\", 10",
                "--string-limit=0 | \"\"..., 10",
                "-x | \"abcdefghi\\n\", 10",
                "-xx | \"\\x61\\x62\\x63\\x64\\x65\\x66\\x67\\x68\\x69\\x0a\", 10",
            })
    void asManyBytesOfABufferAsAskedFor(String option, String shown) {
        assertThat(lines(option, "-e", "trace=write", "--", "sh", "-c", "echo abcdefghi"))
                .anyMatch(line -> line.startsWith("write(1, " + shown + ") = 10"));
    }

    @Test
    void moreBytesThanCanBeReadAreRefused() {
        Run run = Run.renacer("--string-limit", "4097", "--", "true");

        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("--string-limit 4097 is not possible; give 0 to 4096");
    }

    @Test
    void theSizeOfALargeEnvironmentIsExact() {
        String[] command = Stream.concat(
                        Stream.of("-e", "trace=execve", "--", "env", "-i"),
                        Stream.concat(
                                Stream.iterate(0, number -> number + 1)
                                        .limit(200)
                                        .map(number -> "V" + number + "=x"),
                                Stream.of("/bin/true")))
                .toArray(String[]::new);

        assertThat(lines(command)).anyMatch(line -> line.endsWith(" /* 200 vars */) = 0"));
    }

    @Test
    void anEnvironmentIsShownIfEverythingIs() {
        assertThat(lines("-v", "-e", "trace=execve", "--", "env", "-i", "A=1", "B=2", "/bin/true"))
                .anyMatch(line -> line.equals("execve(\"/bin/true\", [\"/bin/true\"], [\"A=1\", \"B=2\"]) = 0"));
    }

    @Test
    void callsAboutAPathAlone() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);

        String read = "cd " + folder + " && exec 7<./file 8</dev/null && read x <&7";
        assertThat(lines("-P", file.toString(), "--", "sh", "-c", read))
                .anyMatch(line -> line.startsWith("openat(AT_FDCWD, \"./file\""))
                .anyMatch(line -> line.startsWith("read(0, \"x\""))
                .noneMatch(line -> line.contains("/dev/null"));
        Run linked = Run.renacer("-P", link.toString(), "--", "cat", file.toString());
        assertThat(linked.err()).contains("renacer: -P " + link + " is " + file.toRealPath());
        assertThat(linked.err()).contains("\"" + file + "\"");
        assertThat(lines("-P", "/no/such", "--", "cat", file.toString())).isEmpty();
    }

    /** It is gone before anyone could have looked at what it had. */
    @Test
    void aShortProgramsCallsAboutAPathAreAllThere() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");
        String renacer = Launchers.command("renacer", List.of()).getFirst();
        String about = renacer + " -P " + file + " -- ";

        assertThat(Run.of(List.of("sh", "-c", "cd " + folder + " && exec " + about + "cat file"))
                        .errLines())
                .anyMatch(line -> line.startsWith("openat(AT_FDCWD, \"file\""))
                .anyMatch(line -> line.matches("\\w+\\(3, .+"))
                .anyMatch(line -> line.startsWith("close(3)"))
                .noneMatch(line -> line.contains("look-ups"));
        assertThat(Run.of(List.of("sh", "-c", "exec 7<" + file + " " + about + "sh -c 'read x <&7'"))
                        .errLines())
                .anyMatch(line -> line.startsWith("read(0, \"x\", "));
    }

    @Test
    void callsWithAPeerAlone() throws Exception {
        try (ServerSocket one = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
                ServerSocket other = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            Path file = Files.writeString(folder.resolve("file"), "x");
            String talk = "exec 3<>/dev/tcp/127.0.0.1/" + one.getLocalPort() + " 4<>/dev/tcp/127.0.0.1/"
                    + other.getLocalPort() + "; echo one >&3; echo other >&4; read x < " + file;
            String peer = "127.0.0.0/8:" + one.getLocalPort();

            assertThat(lines("--peer", peer, "--", "bash", "-c", talk))
                    .anyMatch(line -> line.startsWith("connect(3, {sa_family=AF_INET"))
                    .anyMatch(line -> line.contains("\"one\\n\""))
                    .noneMatch(line -> line.startsWith("socket("))
                    .noneMatch(line -> line.contains("other") || line.contains(file.toString()));
            assertThat(lines("--peer", peer, "-P", file.toString(), "--", "bash", "-c", talk))
                    .anyMatch(line -> line.contains("\"one\\n\""))
                    .anyMatch(line -> line.startsWith("openat(AT_FDCWD, \"" + file + "\""))
                    .noneMatch(line -> line.contains("other"));
        }
    }

    @Test
    void whatIsNoPeerIsRefused() {
        Run run = Run.renacer("--peer", "localhost:80", "--", "true");

        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("--peer 'localhost:80' is no peer: a peer is an address (10.0.0.9,");
    }

    @Test
    void theInstructionPointerOfACall() {
        assertThat(lines("-i", "-e", "trace=exit_group", "--", "true"))
                .singleElement()
                .asString()
                .matches("\\[[0-9a-f]{16}] exit_group\\(0\\) = \\?")
                .doesNotContain("[0000000000000000]");
    }

    /** Of the calls alone: a program that is gone so soon has descriptors of which no name can be looked up. */
    private static List<String> lines(String... arguments) {
        return Run.renacer(arguments)
                .err()
                .lines()
                .filter(line -> !line.contains("+++ ") && !line.matches("renacer: [0-9]+ look-ups? of .*"))
                .toList();
    }
}
