// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.json;

import static dev.renacer.tracer.CallFixture.PROCESS;
import static dev.renacer.tracer.CallFixture.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.output.OutputFixture;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonOutputTest {
    private final OutputFixture out = new OutputFixture();

    @Test
    void writesTheSeedsDocumentAndMore() throws Exception {
        JsonOutput json = new JsonOutput(out.stream, "0.1.0");
        json.onEvent(new TraceEvent.ProcessStarted(PROCESS, 0, TraceEvent.Origin.LAUNCHED));
        json.onCall(call("openat")
                .args(-100, 1, 0x80000)
                .string(1, "/etc/hosts")
                .nanos(90_500)
                .returns(3)
                .build());
        json.onCall(call("openat")
                .args(-100, 1, 0)
                .string(1, "a\"\n\u00e9")
                .nanos(1000)
                .fails(2)
                .thread(9)
                .build());
        json.onCall(call("exit_group").args(4).unfinished().build());
        json.onEvent(new TraceEvent.EventsLost(PROCESS, 0, 6));
        json.onEvent(new TraceEvent.ProcessExited(PROCESS, 0, Optional.of(4), Optional.empty(), false));
        json.onEnd();

        JsonNode document = parse();
        assertThat(document.get("version").asText()).isEqualTo("0.1.0");
        assertThat(document.get("format").asText()).isEqualTo("renacer-json-v1");
        assertThat(document.get("syscalls")).hasSize(3);
        assertThat(document.get("syscalls").get(0))
                .hasToString(
                        "{\"name\":\"openat\","
                                + "\"args\":[\"AT_FDCWD\",\"\\\"/etc/hosts\\\"\",\"O_RDONLY|O_CLOEXEC\"],\"result\":3,\"duration_us\":90,"
                                + "\"pid\":7,\"tid\":7,\"number\":257,\"abi\":\"X86_64\",\"start\":\"2023-11-14T22:13:20.000000000Z\"}");
        JsonNode failed = document.get("syscalls").get(1);
        assertThat(failed.get("args").get(1).asText()).isEqualTo("\"a\\\"\\n\\303\\251\"");
        assertThat(failed.get("result").asInt()).isEqualTo(-2);
        assertThat(failed.get("errno").asText()).isEqualTo("ENOENT");
        assertThat(failed.get("tid").asInt()).isEqualTo(9);
        JsonNode unfinished = document.get("syscalls").get(2);
        assertThat(unfinished.get("result").isNull()).isTrue();
        assertThat(unfinished.get("unfinished").asBoolean()).isTrue();
        assertThat(document.get("summary"))
                .hasToString("{\"total_syscalls\":2,\"total_time_us\":91,\"exit_code\":4,\"unfinished\":1,\"lost\":6}");
    }

    @Test
    void isValidWhenNothingWasTraced() throws Exception {
        new JsonOutput(out.stream, "a \"version\"").onEnd();

        assertThat(parse().get("syscalls")).isEmpty();
        assertThat(parse().get("summary").get("exit_code").isNull()).isTrue();
    }

    @Test
    void tellsTheSignalThatKilledTheFirstProcess() throws Exception {
        JsonOutput json = new JsonOutput(out.stream, "1");
        json.onEvent(new TraceEvent.ProcessStarted(PROCESS, 0, TraceEvent.Origin.LAUNCHED));
        json.onEvent(new TraceEvent.ProcessExited(PROCESS, 0, Optional.empty(), Optional.of(9), false));
        json.onEnd();

        assertThat(parse().get("summary").get("term_signal").asInt()).isEqualTo(9);
        assertThat(parse().get("summary").get("exit_code").isNull()).isTrue();
    }

    @Test
    void isWrittenAsTheCallsCome() {
        JsonOutput json = new JsonOutput(out.stream, "1");
        json.onCall(call("getpid").build());
        json.onIdle();

        assertThat(out.text()).contains("getpid");
    }

    private JsonNode parse() throws Exception {
        return JsonMapper.builder().build().readTree(out.text());
    }
}
