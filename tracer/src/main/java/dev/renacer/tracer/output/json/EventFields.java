// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.json;

import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.output.Rfc3339;
import dev.renacer.tracer.output.notation.SignalFormatter;
import dev.renacer.tracer.syscall.SignalNames;
import java.util.Locale;

/** The fields of what is no call; each event has {@code type}, {@code pid} and {@code time}. Not thread-safe. */
final class EventFields {
    private final Rfc3339 rfc3339 = new Rfc3339();
    private final StringBuilder text = new StringBuilder();

    /** Writes them without the braces around them. */
    void write(StringBuilder json, TraceEvent event) {
        json.append("\"type\":\"").append(type(event));
        json.append("\",\"pid\":").append(event.process().pid());
        json.append(",\"time\":");
        time(json, event.epochNanos());
        switch (event) {
            case TraceEvent.ProcessStarted started -> started(json, started);
            case TraceEvent.ProgramExecuted executed -> program(json, executed.process());
            case TraceEvent.SignalDelivered signal -> signal(json, signal);
            case TraceEvent.Stopped stopped -> {
                tid(json, stopped.tid());
                signalName(json, stopped.signal());
            }
            case TraceEvent.RestBegan rest -> tid(json, rest.tid());
            case TraceEvent.RestEnded rest -> {
                tid(json, rest.tid());
                time(json.append(",\"began\":"), rest.beganNanos());
            }
            case TraceEvent.ThreadExited exited -> {
                tid(json, exited.tid());
                exited.status().ifPresent(status -> json.append(",\"status\":").append(status));
            }
            case TraceEvent.ProcessExited exited -> {
                exited.exitCode()
                        .ifPresent(code -> json.append(",\"exit_code\":").append(code));
                exited.termSignal()
                        .ifPresent(number -> json.append(",\"term_signal\":").append(number));
                if (exited.coreDumped()) {
                    json.append(",\"core_dumped\":true");
                }
            }
            case TraceEvent.ProcessDetached detached ->
                word(json, "reason", detached.reason().name());
            case TraceEvent.EventsLost loss -> json.append(",\"count\":").append(loss.count());
        }
    }

    private static String type(TraceEvent event) {
        return switch (event) {
            case TraceEvent.ProcessStarted _ -> "process_started";
            case TraceEvent.ProgramExecuted _ -> "program_executed";
            case TraceEvent.SignalDelivered _ -> "signal";
            case TraceEvent.Stopped _ -> "stopped";
            case TraceEvent.RestBegan _ -> "rest_began";
            case TraceEvent.RestEnded _ -> "rest_ended";
            case TraceEvent.ThreadExited _ -> "thread_exited";
            case TraceEvent.ProcessExited _ -> "process_exited";
            case TraceEvent.ProcessDetached _ -> "process_detached";
            case TraceEvent.EventsLost _ -> "events_lost";
        };
    }

    private static void started(StringBuilder json, TraceEvent.ProcessStarted started) {
        TracedProcess process = started.process();
        json.append(",\"vpid\":").append(process.vpid());
        if (process.parentPid() != 0) {
            json.append(",\"parent_pid\":").append(process.parentPid());
        }
        program(json, process);
        word(json, "origin", started.origin().name());
        if (started.creatorPid() != 0) {
            json.append(",\"creator_pid\":").append(started.creatorPid());
        }
        if (started.creator() != 0) {
            json.append(",\"creator_tid\":").append(started.creator());
        }
    }

    private static void program(StringBuilder json, TracedProcess process) {
        JsonText.write(json.append(",\"name\":"), process.name());
        process.executable().ifPresent(path -> JsonText.write(json.append(",\"executable\":"), path));
    }

    private void signal(StringBuilder json, TraceEvent.SignalDelivered signal) {
        tid(json, signal.tid());
        signalName(json, signal.info().signal());
        text.setLength(0);
        SignalFormatter.append(text, signal.info());
        JsonText.write(json.append(",\"info\":"), text);
        signal.source().ifPresent(source -> PlaceFields.source(json, source));
        signal.stack().ifPresent(stack -> PlaceFields.stack(json, stack));
    }

    private static void signalName(StringBuilder json, int signal) {
        json.append(",\"signal\":\"").append(SignalNames.of(signal));
        json.append("\",\"number\":").append(signal);
    }

    private static void tid(StringBuilder json, int tid) {
        json.append(",\"tid\":").append(tid);
    }

    private static void word(StringBuilder json, String field, String constant) {
        json.append(",\"")
                .append(field)
                .append("\":\"")
                .append(constant.toLowerCase(Locale.ROOT))
                .append('"');
    }

    private void time(StringBuilder json, long epochNanos) {
        rfc3339.write(json.append('"'), epochNanos);
        json.append('"');
    }
}
