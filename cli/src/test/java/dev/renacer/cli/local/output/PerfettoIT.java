// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.renacer.cli.Run;
import dev.renacer.cli.local.AttachedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Perfetto is given of real programs: its own format, and lines for its importer of strace's. */
class PerfettoIT {
    private static final int PACKET = 1;
    private static final int TRACK_EVENT = 11;
    private static final int TYPE = 9;
    private static final int FLOW = 47;
    private static final int TERMINATING_FLOW = 48;
    private static final long BEGIN = 1;
    private static final long END = 2;
    private static final long INSTANT = 3;

    /** What src/trace_processor/plugins/strace of github.com/google/perfetto (v59) takes for the line of a call. */
    private static final Pattern IMPORTED =
            Pattern.compile("[0-9]{1,9} +[0-9]{10}\\.[0-9]{6} [a-z0-9_]+\\(.*(\\) +=.*|<unfinished \\.\\.\\.>.*)");

    @TempDir
    Path folder = Path.of("");

    @Test
    void everyCallIsASliceAndForksAndExecsAreTied() throws IOException {
        Path trace = folder.resolve("t.pftrace");
        Path lines = folder.resolve("t.jsonl");
        Run.renacer(
                "-f", "--format", "perfetto=" + trace, "--format", "jsonl=" + lines, "--", "sh", "-c", "/bin/true; :");

        long calls = Files.readAllLines(lines).stream()
                .filter(line -> line.startsWith("{\"type\":\"call\""))
                .count();
        assertThat(calls).isPositive();
        assertThat(events(trace, event -> type(event) == BEGIN)).hasSize((int) calls);
        assertThat(events(trace, event -> type(event) == END)).hasSize((int) calls);
        assertThat(events(trace, event -> event.hasField(TERMINATING_FLOW)))
                .as("the start of the fork and of its program")
                .hasSize(2);
    }

    @Test
    void bothEndsOfAConnectionAreTied() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "there is no /usr/bin/python3 to talk to itself");
        Path trace = folder.resolve("t.pftrace");
        String talk = "import socket; a, b = socket.socketpair(); a.sendall(b'said'); b.recv(9)";
        Run.renacer("--format", "perfetto=" + trace, "-e", "trace=network", "--", "/usr/bin/python3", "-c", talk);

        assertThat(events(trace, event -> event.hasField(FLOW))).hasSize(1);
        assertThat(events(trace, event -> type(event) == INSTANT && event.hasField(TERMINATING_FLOW)))
                .hasSize(1);
    }

    @Test
    void whatIsThereIsWholeWhenTheTraceIsEnded() throws Exception {
        Path trace = folder.resolve("t.pftrace");
        Process target = new ProcessBuilder("sh", "-c", "while :; do cd /; cd /tmp; done").start();
        try (AttachedRun run = AttachedRun.attach(target, folder, "--format", "perfetto=" + trace)) {
            Awaitility.await().until(() -> Files.size(trace) > 1 << 16);
            run.signal("INT");
            run.await();
            assertThat(events(trace, event -> type(event) == BEGIN))
                    .hasSameSizeAs(events(trace, event -> type(event) == END))
                    .isNotEmpty();
        } finally {
            target.destroyForcibly();
        }
    }

    @Test
    void linesWithPidAndEpochAreThoseAnImporterOfStraceReads() throws IOException {
        Path text = folder.resolve("t.txt");
        Run.renacer("-f", "-ttt", "-T", "-o", text.toString(), "--", "sh", "-c", "ls -l /etc | wc -l");

        assertThat(Files.readAllLines(text))
                .hasSizeGreaterThan(10)
                .allMatch(line -> IMPORTED.matcher(line).matches() || line.contains(" +++ ") || line.contains(" --- "));
    }

    private static List<UnknownFieldSet> events(Path trace, Predicate<UnknownFieldSet> wanted) throws IOException {
        try (var in = Files.newInputStream(trace)) {
            return UnknownFieldSet.parseFrom(in).getField(PACKET).getLengthDelimitedList().stream()
                    .map(PerfettoIT::message)
                    .flatMap(packet -> packet.getField(TRACK_EVENT).getLengthDelimitedList().stream())
                    .map(PerfettoIT::message)
                    .filter(wanted)
                    .toList();
        }
    }

    private static long type(UnknownFieldSet event) {
        return event.getField(TYPE).getVarintList().getFirst();
    }

    private static UnknownFieldSet message(ByteString bytes) {
        try {
            return UnknownFieldSet.parseFrom(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
