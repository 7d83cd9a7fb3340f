// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Real programs, shown while they run and replayed from the recording of the same run: the same to the last byte. */
class RecordReplayIT {
    private static final List<String> ALL = List.of("-f", "-yy", "-v", "-T", "-ttt");

    private static final String THREADS = """
            import socket, threading
            a = socket.socket(); a.bind(("127.0.0.1", 0)); a.listen()
            def serve():
                for _ in range(20):
                    c, _peer = a.accept(); c.sendall(c.recv(10)); c.close()
            def ask():
                for _ in range(5):
                    with socket.create_connection(a.getsockname()) as s:
                        s.sendall(b"hello"); s.recv(10)
            all = [threading.Thread(target=f) for f in [serve] + [ask] * 4]
            [t.start() for t in all]; [t.join() for t in all]
            """;

    @TempDir
    Path folder = Path.of("");

    static Stream<List<String>> programs() {
        return Stream.of(
                List.of("ls", "-l", "/"),
                List.of("git", "-C", Launchers.repository().toString(), "status", "--short"),
                List.of("python3", "-c", THREADS),
                List.of("sh", "-c", "echo 'int main(void) { return 0; }' | gcc -xc -o /dev/null -"),
                List.of(
                        "sh",
                        "-c",
                        "for i in 1 2 3; do ls -l /proc/self/fd | sort | tr a b >/dev/null; done; (sleep 0.1; kill $$) &"
                                + " wait; exec cat /nonexistent"));
    }

    @ParameterizedTest
    @MethodSource("programs")
    void theTextOfAReplayIsThatOfTheTrace(List<String> program) throws IOException {
        assertSame(ALL, program);
    }

    static Stream<Arguments> styles() {
        return Stream.of(
                        List.of("-f"),
                        List.of("-f", "-y"),
                        List.of("-f", "-c"),
                        List.of("-f", "--format", "json"),
                        List.of("-f", "--format", "csv", "-T"),
                        List.of("-f", "-i", "-r", "-a", "60", "-xx"),
                        List.of("-f", "-tt", "--string-limit", "5"),
                        List.of("-f", "-e", "trace=file,process", "-y"),
                        List.of("-f", "-e", "trace=openat", "--errors-only"),
                        List.of("-f", "-P", "/etc/hosts"),
                        List.of("-f", "--peer", "127.0.0.1"),
                        List.of("-f", "-z", "-e", "signal=none"),
                        List.of("-f", "-e", "raw=read", "-e", "fd=3", "--no-redact"),
                        List.of())
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("styles")
    void soIsAnyOtherOutput(List<String> style) throws IOException {
        String script = "cat /etc/hosts; ls /nonexistent; python3 -c 'import socket; s=socket.socket();"
                + " s.connect_ex((\"127.0.0.1\", 9))'; kill $$";
        assertSame(style, List.of("env", "TOKEN=secret", "sh", "-c", script));
    }

    private void assertSame(List<String> style, List<String> program) throws IOException {
        Path live = folder.resolve("live");
        Path recording = folder.resolve("t.rnc");
        Path replayed = folder.resolve("replayed");
        List<String> trace = new ArrayList<>(style);
        trace.addAll(List.of("--record", recording.toString(), "-o", live.toString(), "--"));
        trace.addAll(program);
        Run.renacer(trace.toArray(String[]::new));
        List<String> replay = new ArrayList<>(List.of("replay", recording.toString(), "-o", replayed.toString()));
        replay.addAll(style);

        Run run = Run.renacer(replay.toArray(String[]::new));

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(replayed).hasSameBinaryContentAs(live);
        assertThat(live).isNotEmptyFile();
    }

    @Test
    void aRecordingIsFilteredWhenItIsReplayed() throws IOException {
        Path recording = folder.resolve("t.rnc");
        Run record = Run.renacer("record", "-o", recording.toString(), "--", "cat", "/etc/hosts", "/nonexistent");

        Run failed = Run.renacer("replay", recording.toString(), "-e", "trace=openat", "--errors-only");

        assertThat(record.code()).isEqualTo(1); // that of cat
        assertThat(failed.err())
                .contains("openat(AT_FDCWD, \"/nonexistent\"")
                .doesNotContain("read(")
                .doesNotContain(" = 3");
        assertThat(failed.code()).isZero();
    }
}
