// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import static dev.renacer.tracer.CallFixture.PROCESS;
import static dev.renacer.tracer.CallFixture.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.notation.TextDetail;
import java.io.ByteArrayOutputStream;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ThreadFilesTest {
    private final Map<Integer, ByteArrayOutputStream> files = new TreeMap<>();
    private final Set<Integer> closed = new HashSet<>();
    private final ThreadFiles threads = new ThreadFiles(
            this::file, LineStyle.of(PidPrefix.NEVER), NameWriter.NONE, TextForm.of(TextDetail.DEFAULT));

    @Test
    void eachThreadHasItsOwnLines() {
        threads.onCall(call("getpid").returns(7).build());
        threads.onCall(call("gettid").thread(9).returns(9).build());
        threads.onCall(call("getppid").returns(1).build());
        threads.onEnd();

        assertThat(files.keySet()).containsExactly(7, 9);
        assertThat(files.get(7)).hasToString("getpid() = 7\ngetppid() = 1\n");
        assertThat(files.get(9)).hasToString("gettid() = 9\n");
    }

    @Test
    void aFileIsClosedWhenItsThreadEnds() {
        threads.onCall(call("gettid").thread(9).returns(9).build());
        threads.onCall(call("exit_group").unfinished().build());

        threads.onEvent(new TraceEvent.ThreadExited(PROCESS, 0, 9));
        assertThat(closed).containsExactly(9);
        threads.onEvent(new TraceEvent.ProcessExited(PROCESS, 0, Optional.of(2), Optional.empty(), false));
        assertThat(closed).containsExactlyInAnyOrder(7, 9);
        assertThat(files.get(7)).hasToString("exit_group(0) = ?\n+++ exited with 2 +++\n");
    }

    private ReportStream file(int tid) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream() {
            @Override
            public void close() {
                closed.add(tid);
            }
        };
        files.put(tid, bytes);
        return new ReportStream("trace." + tid, bytes, _ -> {});
    }
}
