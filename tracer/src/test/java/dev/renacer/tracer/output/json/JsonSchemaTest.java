// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.json;

import static dev.renacer.tracer.CallFixture.PROCESS;
import static dev.renacer.tracer.CallFixture.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.renacer.capture.ring.DetachReason;
import dev.renacer.tracer.SignalInfo;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.OutputFixture;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.source.CallStack;
import dev.renacer.tracer.source.SourceLocation;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The published schemas against all that the outputs can write. */
class JsonSchemaTest {
    private static final Path REFERENCE = Path.of("../docs/reference");
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final long NOW = 1_700_000_000_000_000_005L;

    private final OutputFixture out = new OutputFixture();

    @Test
    void everyLineIsValid() throws IOException {
        writeAll(new JsonLinesOutput(out.stream, "1", NameWriter.NONE, TextDetail.DEFAULT));
        assertThat(out.lines())
                .hasSize(16)
                .allSatisfy(line ->
                        assertThat(errors("renacer-jsonl.schema.json", line)).isEmpty());
    }

    @Test
    void theDocumentIsValid() throws IOException {
        writeAll(new JsonOutput(out.stream, "1"));
        assertThat(errors("renacer-json.schema.json", out.text())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"header\",\"format\":\"renacer-jsonl-v2\",\"version\":\"1\"}",
                "{\"type\":\"rest_began\",\"pid\":1,\"time\":\"2023-11-14T22:13:20.000000005Z\"}",
                "{\"type\":\"rest_began\",\"pid\":1,\"tid\":1,\"time\":\"yesterday\"}",
                "{\"type\":\"rest_began\",\"pid\":1,\"tid\":1,\"time\":\"2023-11-14T22:13:20.000000005Z\",\"more\":1}",
                "{\"type\":\"nothing_known\"}",
            })
    void aLineThatIsNoneIsNotValid(String line) throws IOException {
        assertThat(errors("renacer-jsonl.schema.json", line)).isNotEmpty();
    }

    @Test
    void bothSchemasMeanTheSameCalls() throws IOException {
        JsonNode document = definitions("renacer-json.schema.json");
        JsonNode lines = definitions("renacer-jsonl.schema.json");

        assertThat(document.properties())
                .isNotEmpty()
                .allSatisfy(
                        definition -> assertThat(lines.get(definition.getKey())).isEqualTo(definition.getValue()));
    }

    private static void writeAll(TraceListener output) {
        output.onEvent(new TraceEvent.ProcessStarted(PROCESS, NOW, TraceEvent.Origin.FORKED, 5, 6));
        output.onEvent(new TraceEvent.ProgramExecuted(PROCESS, NOW));
        CallStack stack = new CallStack(
                List.of(
                        new CallStack.Frame(Optional.of("/bin/demo"), 16, Optional.of("main"), 4),
                        new CallStack.Frame(Optional.empty(), 0, Optional.empty(), 0)),
                CallStack.End.CUT);
        SourceLocation source = new SourceLocation(Optional.of("main"), Optional.of("a.c"), 3);
        SyscallCall call = call("openat")
                .args(-100, 1, 0)
                .string(1, "a\"\n")
                .fails(2)
                .source(source)
                .stack(stack)
                .build();
        output.onCall(call);
        output.onCall(call("exit_group").args(4).unfinished().build());
        output.onCall(call("read").unfinished().left().build());
        SignalInfo info = SignalInfo.of(11, 1, 0, 16, 0, 0, 0);
        output.onEvent(new TraceEvent.SignalDelivered(
                PROCESS, NOW, 8, info, Optional.of(source), Optional.of(stack.atFault())));
        output.onEvent(new TraceEvent.Stopped(PROCESS, NOW, 8, 19));
        output.onEvent(new TraceEvent.RestBegan(PROCESS, NOW, 8));
        output.onEvent(new TraceEvent.RestEnded(PROCESS, NOW, 8, NOW - 5));
        output.onEvent(new TraceEvent.ThreadExited(PROCESS, NOW, 8, OptionalInt.of(256)));
        output.onEvent(new TraceEvent.ProcessExited(PROCESS, NOW, Optional.empty(), Optional.of(11), true));
        output.onEvent(new TraceEvent.ProcessExited(PROCESS, NOW, Optional.of(1), Optional.empty(), false));
        output.onEvent(new TraceEvent.ProcessDetached(PROCESS, NOW, DetachReason.SLOWDOWN_EXCEEDED));
        output.onEvent(new TraceEvent.EventsLost(PROCESS, NOW, 6));
        output.onEnd();
    }

    private static JsonNode definitions(String schema) throws IOException {
        return JSON.readTree(REFERENCE.resolve(schema).toFile()).get("$defs");
    }

    private static List<String> errors(String schema, String document) throws IOException {
        Validator validator = new ValidatorFactory().createValidator();
        URI uri = validator.registerSchema(Files.readString(REFERENCE.resolve(schema)));
        return validator.validate(uri, document).getErrors().stream()
                .map(error -> error.getInstanceLocation() + ": " + error.getError())
                .toList();
    }
}
