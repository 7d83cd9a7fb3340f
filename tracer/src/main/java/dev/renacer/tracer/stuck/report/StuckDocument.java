// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.renacer.capture.ByteText;
import dev.renacer.tracer.source.CallStack;
import dev.renacer.tracer.source.SourceLocation;
import dev.renacer.tracer.stuck.Party;
import dev.renacer.tracer.stuck.StuckProcess;
import dev.renacer.tracer.stuck.StuckReport;
import dev.renacer.tracer.stuck.StuckThread;
import dev.renacer.tracer.stuck.WaitFor;
import dev.renacer.tracer.stuck.call.Age;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;

/** What threads wait for as one JSON document in ASCII, {@code renacer-stuck-v1}. Threads are not folded. */
public final class StuckDocument {
    private static final String FORMAT = "renacer-stuck-v1";

    private final JsonGenerator json;

    private StuckDocument(JsonGenerator json) {
        this.json = json;
    }

    /** Writes one. */
    public static void writeTo(StringBuilder out, StuckReport report) {
        StringWriter text = new StringWriter();
        JsonFactory factory =
                JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
        try (JsonGenerator json = factory.createGenerator(text)) {
            StuckDocument document = new StuckDocument(json);
            json.writeStartObject();
            json.writeStringField("format", FORMAT);
            document.deadlocks(report.deadlocks());
            json.writeArrayFieldStart("processes");
            for (StuckProcess process : report.processes()) {
                document.process(process);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a StringWriter does not fail
        }
        out.append(text.getBuffer()).append('\n');
    }

    private void deadlocks(List<List<StuckThread>> circles) throws IOException {
        json.writeArrayFieldStart("deadlocks");
        for (List<StuckThread> circle : circles) {
            json.writeStartArray();
            for (StuckThread thread : circle) {
                json.writeNumber(thread.tid());
            }
            json.writeEndArray();
        }
        json.writeEndArray();
    }

    private void process(StuckProcess process) throws IOException {
        json.writeStartObject();
        json.writeNumberField("pid", process.pid());
        json.writeStringField("name", ByteText.escaped(process.name()));
        json.writeNumberField("suspicion", process.suspicion());
        json.writeFieldName("parent");
        party(process.parent());
        waits("facts", process.facts());
        strings("not_shown", process.missing());
        json.writeArrayFieldStart("threads");
        for (StuckThread thread : process.threads()) {
            thread(thread);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void thread(StuckThread thread) throws IOException {
        json.writeStartObject();
        json.writeNumberField("tid", thread.tid());
        json.writeNumberField("inner_tid", thread.innerTid());
        json.writeStringField("name", ByteText.escaped(thread.name()));
        json.writeStringField("state", lower(thread.activity()));
        json.writeNumberField("suspicion", thread.suspicion());
        json.writeBooleanField("ran", thread.ran());
        if (thread.age().kind() != Age.Kind.UNKNOWN) {
            json.writeNumberField("asleep_ns", thread.age().nanos());
            json.writeStringField("asleep_is", lower(thread.age().kind()));
        }
        known("load", thread.load());
        known("kernel_function", thread.kernelFunction());
        if (!thread.kernelStack().isEmpty()) {
            strings("kernel_stack", thread.kernelStack());
        }
        known("syscall", thread.syscall().orElse(""));
        known("call", thread.call());
        waits("waits_for", thread.waits());
        if (thread.location().isPresent()) {
            location(thread.location().get());
        }
        if (thread.stack().isPresent()) {
            stack(thread.stack().get());
        }
        json.writeEndObject();
    }

    private void waits(String field, List<WaitFor> waits) throws IOException {
        json.writeArrayFieldStart(field);
        for (WaitFor wait : waits) {
            json.writeStartObject();
            json.writeStringField("kind", lower(wait.kind()));
            json.writeStringField("text", wait.text());
            json.writeNumberField("suspicion", wait.suspicion());
            json.writeArrayFieldStart("parties");
            for (Party party : wait.parties()) {
                party(party);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void party(Party party) throws IOException {
        json.writeStartObject();
        json.writeNumberField("pid", party.pid());
        json.writeNumberField("tid", party.tid());
        json.writeStringField("name", ByteText.escaped(party.name()));
        json.writeStringField("state", party.state());
        json.writeStringField("role", party.role());
        json.writeEndObject();
    }

    private void location(SourceLocation location) throws IOException {
        json.writeObjectFieldStart("location");
        known("file", location.file().orElse(""));
        if (location.line() != 0) {
            json.writeNumberField("line", location.line());
        }
        known("function", location.function().orElse(""));
        json.writeEndObject();
    }

    private void stack(CallStack stack) throws IOException {
        json.writeArrayFieldStart("stack");
        for (CallStack.Frame frame : stack.frames()) {
            json.writeStartObject();
            known("file", frame.file().orElse(""));
            json.writeStringField("address", "0x" + Long.toHexString(frame.address()));
            if (frame.function().isPresent()) {
                json.writeStringField("function", frame.function().get());
                json.writeNumberField("offset", frame.functionOffset());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        known("stack_end", stack.end().text());
    }

    private void strings(String field, List<String> values) throws IOException {
        json.writeArrayFieldStart(field);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    private void known(String field, String value) throws IOException {
        if (!value.isEmpty()) {
            json.writeStringField(field, value);
        }
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
