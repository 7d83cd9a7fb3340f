// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.json;

import static dev.renacer.tracer.CallFixture.PROCESS;
import static dev.renacer.tracer.CallFixture.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.renacer.capture.ring.DetachReason;
import dev.renacer.tracer.SignalInfo;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.OutputFixture;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.source.CallStack;
import dev.renacer.tracer.source.SourceLocation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class JsonLinesOutputTest {
    private static final long NOW = 1_700_000_000_000_000_005L;

    private final OutputFixture out = new OutputFixture();
    private final JsonLinesOutput json = new JsonLinesOutput(out.stream, "0.1.0", NameWriter.NONE, TextDetail.DEFAULT);

    @Test
    void beginsWithAHeaderAndEndsWithTheTotals() {
        json.onEvent(new TraceEvent.ProcessStarted(PROCESS, NOW, TraceEvent.Origin.LAUNCHED));
        json.onCall(call("getpid").nanos(2000).returns(7).build());
        json.onCall(call("exit_group").args(4).unfinished().build());
        json.onEvent(new TraceEvent.ProcessExited(PROCESS, NOW, Optional.of(4), Optional.empty(), false));
        json.onEnd();

        assertThat(out.lines())
                .startsWith("{\"type\":\"header\",\"format\":\"renacer-jsonl-v1\",\"version\":\"0.1.0\"}")
                .endsWith("{\"type\":\"end\",\"total_syscalls\":1,\"total_time_us\":2,\"exit_code\":4,"
                        + "\"unfinished\":1,\"lost\":0}");
    }

    @Test
    void aCallHasTheFieldsOfTheDocument() throws IOException {
        CallStack stack = new CallStack(
                List.of(new CallStack.Frame(Optional.of("/bin/demo"), 16, Optional.of("main"), 4)), CallStack.End.CUT);
        SourceLocation source = new SourceLocation(Optional.of("main"), Optional.of("a.c"), 3);
        var called = call("openat")
                .args(-100, 1, 0)
                .string(1, "a\"\n")
                .fails(2)
                .source(source)
                .stack(stack)
                .build();
        OutputFixture whole = new OutputFixture();
        JsonOutput document = new JsonOutput(whole.stream, "0.1.0");
        document.onCall(called);
        document.onEnd();
        json.onCall(called);
        json.onEnd();

        JsonNode line = lines().get(1);
        JsonNode expected = parse(whole.text()).get("syscalls").get(0);
        assertThat(line.get("type").asText()).isEqualTo("call");
        ((ObjectNode) line).remove("type");
        assertThat(line).isEqualTo(expected);
    }

    @Test
    void eachEventIsALineOfItsOwnType() throws IOException {
        SignalInfo info = SignalInfo.of(15, 0, 0, 9L | 1000L << 32, 0, 0, 0);
        json.onEvent(new TraceEvent.ProcessStarted(PROCESS, NOW, TraceEvent.Origin.FORKED, 5, 6));
        json.onEvent(new TraceEvent.ProgramExecuted(PROCESS, NOW));
        json.onEvent(new TraceEvent.SignalDelivered(PROCESS, NOW, 8, info));
        json.onEvent(new TraceEvent.Stopped(PROCESS, NOW, 8, 19));
        json.onEvent(new TraceEvent.RestBegan(PROCESS, NOW, 8));
        json.onEvent(new TraceEvent.RestEnded(PROCESS, NOW, 8, NOW - 5));
        json.onEvent(new TraceEvent.ThreadExited(PROCESS, NOW, 8, OptionalInt.of(256)));
        json.onEvent(new TraceEvent.ProcessExited(PROCESS, NOW, Optional.empty(), Optional.of(11), true));
        json.onEvent(new TraceEvent.ProcessDetached(PROCESS, NOW, DetachReason.SLOWDOWN_EXCEEDED));
        json.onEvent(new TraceEvent.EventsLost(PROCESS, NOW, 6));
        json.onIdle();

        String head = "\",\"pid\":7,\"time\":\"2023-11-14T22:13:20.000000005Z\"";
        assertThat(out.lines().subList(1, 11))
                .containsExactly(
                        "{\"type\":\"process_started" + head + ",\"vpid\":7,\"parent_pid\":1,\"name\":\"demo\","
                                + "\"executable\":\"/usr/bin/demo\",\"origin\":\"forked\",\"creator_pid\":5,\"creator_tid\":6}",
                        "{\"type\":\"program_executed" + head + ",\"name\":\"demo\",\"executable\":\"/usr/bin/demo\"}",
                        "{\"type\":\"signal" + head + ",\"tid\":8,\"signal\":\"SIGTERM\",\"number\":15,"
                                + "\"info\":\"{si_signo=SIGTERM, si_code=SI_USER, si_pid=9, si_uid=1000}\"}",
                        "{\"type\":\"stopped" + head + ",\"tid\":8,\"signal\":\"SIGSTOP\",\"number\":19}",
                        "{\"type\":\"rest_began" + head + ",\"tid\":8}",
                        "{\"type\":\"rest_ended" + head + ",\"tid\":8,\"began\":\"2023-11-14T22:13:20.000000000Z\"}",
                        "{\"type\":\"thread_exited" + head + ",\"tid\":8,\"status\":256}",
                        "{\"type\":\"process_exited" + head + ",\"term_signal\":11,\"core_dumped\":true}",
                        "{\"type\":\"process_detached" + head + ",\"reason\":\"slowdown_exceeded\"}",
                        "{\"type\":\"events_lost" + head + ",\"count\":6}");
        assertThat(lines()).hasSize(11);
    }

    @Test
    void onlyWholeLinesAreWrittenBeforeTheEnd() throws IOException {
        for (int round = 0; round < 2000; round++) {
            json.onCall(call("openat").args(-100, 1, 0).string(1, "/etc/hosts").build());
        }

        assertThat(out.text()).isNotEmpty().endsWith("}\n");
        assertThat(lines()).isNotEmpty();
    }

    private List<JsonNode> lines() throws IOException {
        List<JsonNode> nodes = new ArrayList<>();
        for (String line : out.lines()) {
            nodes.add(parse(line));
        }
        return nodes;
    }

    private static JsonNode parse(String text) throws IOException {
        return JsonMapper.builder().build().readTree(text);
    }
}
