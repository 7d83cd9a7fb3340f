// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import static dev.renacer.tracer.CallFixture.PROCESS;
import static dev.renacer.tracer.CallFixture.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.capture.ring.DetachReason;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.output.json.JsonOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportStreamTest {
    private final List<String> complaints = new ArrayList<>();

    @Test
    void aFailedWriteIsToldOnceAndEndsTheOutputNotTheTrace() {
        TextOutput text = new TextOutput(OutputFixture.full(complaints), LineStyle.of(PidPrefix.NEVER));
        for (int round = 0; round < 3; round++) {
            text.onCall(call("getpid").build());
            text.onEvent(new TraceEvent.EventsLost(PROCESS, 0, 1));
            text.onIdle();
        }
        text.onEnd();

        assertThat(complaints)
                .containsExactly(
                        "renacer: cannot write to trace.txt: No space left on device; nothing more is written there,"
                                + " the program continues");
    }

    @Test
    void everyOutputOutlivesAFullDisk() {
        ReportStream full = OutputFixture.full(complaints);
        List.of(new JsonOutput(full, "1"), new CsvOutput(full, Set.of(CsvOutput.Column.DURATION)))
                .forEach(output -> {
                    output.onCall(call("getpid").build());
                    output.onIdle();
                    output.onCall(call("getpid").build());
                    output.onEnd();
                });
        assertThat(complaints).hasSize(1);
    }

    @Test
    void aRealFullDeviceIsNamed() throws IOException {
        try (ReportStream full = ReportStream.file(Path.of("/dev/full"), complaints::add)) {
            TextOutput text = new TextOutput(full, LineStyle.of(PidPrefix.NEVER));
            text.onCall(call("getpid").build());
            text.onEnd();
        }
        assertThat(complaints).singleElement().asString().contains("/dev/full", "No space left on device");
    }

    @Test
    void aFileIsEmptiedAndHoldsWhatWasWritten(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("trace.txt");
        Files.writeString(file, "an older and much longer trace");
        try (ReportStream stream = ReportStream.file(file, complaints::add)) {
            TextOutput text = new TextOutput(stream, LineStyle.of(PidPrefix.NEVER));
            text.onCall(call("getpid").returns(7).build());
        }
        assertThat(file).hasContent("getpid() = 7\n");
        assertThat(complaints).isEmpty();
    }

    @Test
    void aFileThatCannotBeMadeIsAnError(@TempDir Path folder) {
        assertThatThrownBy(() -> ReportStream.file(folder.resolve("no/such/folder"), complaints::add))
                .isInstanceOf(IOException.class);
    }

    @Test
    void lossIsToldAtTheEndIfThereWasAny() {
        LossReport none = new LossReport(complaints::add);
        none.onEnd();
        LossReport some = new LossReport(complaints::add);
        some.onEvent(new TraceEvent.EventsLost(PROCESS, 0, 3));
        some.onEvent(new TraceEvent.EventsLost(PROCESS, 0, 4));
        some.onEnd();

        assertThat(complaints).containsExactly("renacer: lost 7 events");
    }

    @Test
    void namesThatCouldNotBeFoundAreTold() {
        new LossReport(complaints::add, () -> 0, true).onEnd();
        new LossReport(complaints::add, () -> 2, false).onEnd();
        new LossReport(complaints::add, () -> 1, true).onEnd();

        assertThat(complaints)
                .containsExactly(
                        "renacer: 2 look-ups of descriptors in /proc failed (closed or ended by then, or not to be"
                                + " looked at): these are shown without a name",
                        "renacer: 1 look-up of descriptors in /proc failed (closed or ended by then, or not to be"
                                + " looked at): calls with these may be missing");
    }

    @Test
    void aProcessLetGoUnaskedIsToldOfWhateverTheOutput() {
        LossReport report = new LossReport(complaints::add);
        report.onEvent(new TraceEvent.ProcessDetached(PROCESS, 0, DetachReason.REQUESTED));
        report.onEvent(new TraceEvent.ProcessDetached(PROCESS, 0, DetachReason.SLOWDOWN_EXCEEDED));
        report.onEnd();

        assertThat(complaints)
                .containsExactly("renacer: detached from process " + PROCESS.pid()
                        + " before its end: it was slowed down too much; what it did afterwards is not in the trace");
    }
}
