// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.status;

import dev.renacer.cli.kubectl.api.Lookup;
import dev.renacer.cli.kubectl.print.Age;
import dev.renacer.cli.kubectl.print.TextTable;
import dev.renacer.crds.ContextCounts;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.NodeTraceStatus.CallInFlight;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.crds.TraceTotals;
import dev.renacer.crds.UserText;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Event;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request for a person to read. */
public final class RequestDescription {
    private static final int LABEL_WIDTH = 14;

    private final TraceRequest request;
    private final Lookup<List<NodeTrace>> traces;
    private final Lookup<List<Event>> events;
    private final List<String> lines = new ArrayList<>();

    /**
     * @param traces  the nodes' shares of it
     * @param events  what happened to it
     */
    public RequestDescription(TraceRequest request, Lookup<List<NodeTrace>> traces, Lookup<List<Event>> events) {
        this.request = request;
        this.traces = traces;
        this.events = events;
    }

    /** The lines. */
    public List<String> lines() {
        lines.clear();
        field("Name", request.getMetadata().getName());
        field("Namespace", request.getMetadata().getNamespace());
        field("State", TraceState.word(request));
        RequestWords words = new RequestWords(request.getSpec());
        field("Asks for", words.what());
        field("Of", words.whose());
        field("At most", words.limits());
        field("Requested by", request.getSpec().requestedBy());
        field("Justification", request.getSpec().justification());
        Optional.ofNullable(request.getStatus()).ifPresent(this::status);
        nodes();
        events();
        return List.copyOf(lines);
    }

    private void status(TraceRequestStatus status) {
        field("Sink", status.sink());
        field("Policies", status.policies() == null ? null : String.join(", ", status.policies()));
        field("Started", status.startTime());
        field(
                status.completionTime() == null ? "Ends" : "Ended",
                status.completionTime() == null ? status.deadline() : status.completionTime());
        TraceTotals totals = status.totals();
        if (totals != null) {
            field("Figures", Figures.line(totals));
            field("Requests", ContextCounts.of(totals.contexts()).words());
            field(
                    "Cost",
                    totals.stopMicrosP99() == 0
                            ? null
                            : "99 % of the stops held a thread for at most " + totals.stopMicrosP99()
                                    + " us; slowdown in the worst second at least " + totals.worstSlowdown()
                                    + ", which a bound is compared with");
        }
        field("Trace ids", status.firstTraceIds() == null ? null : String.join(" ", status.firstTraceIds()));
        conditions(status.conditions() == null ? List.of() : status.conditions());
        skipped(status.skipped() == null ? List.of() : status.skipped());
    }

    private void conditions(List<Condition> conditions) {
        if (conditions.isEmpty()) {
            return;
        }
        TextTable table = new TextTable().row(List.of("TYPE", "STATUS", "REASON", "SINCE", "MESSAGE"));
        conditions.forEach(condition -> table.row(List.of(
                condition.getType(),
                condition.getStatus(),
                text(condition.getReason()),
                text(condition.getLastTransitionTime()),
                text(condition.getMessage()))));
        section("Conditions", table);
    }

    private void skipped(List<TraceRequestStatus.Skipped> skipped) {
        if (skipped.isEmpty()) {
            return;
        }
        TextTable table = new TextTable().row(List.of("REASON", "COUNT", "POD/CONTAINER", "NODE", "MESSAGE"));
        for (TraceRequestStatus.Skipped group : skipped) {
            String count = Integer.toString(group.count());
            List<TraceRequestStatus.Example> examples = group.examples() == null ? List.of() : group.examples();
            if (examples.isEmpty()) {
                table.row(List.of(group.reason(), count, "", "", ""));
            }
            for (TraceRequestStatus.Example example : examples) {
                String container = example.containerName() == null ? "" : "/" + example.containerName();
                table.row(List.of(
                        group.reason(),
                        count,
                        example.podName() + container,
                        text(example.nodeName()),
                        text(example.message())));
            }
        }
        section("Not traced", table);
    }

    private void nodes() {
        switch (traces) {
            case Lookup.Unreadable<List<NodeTrace>> _ ->
                lines.add("Containers:    unknown, you may not read nodetraces in this namespace");
            case Lookup.Absent<List<NodeTrace>> _ -> lines.add("Containers:    none");
            case Lookup.Found<List<NodeTrace>>(List<NodeTrace> found) -> {
                List<Attachments> containers = Attachments.of(found);
                if (containers.isEmpty()) {
                    return;
                }
                TextTable table = new TextTable()
                        .row(List.of(
                                "NODE", "POD/CONTAINER", "STATE", "PROCESSES", "SPANS", "LOST", "SLOWDOWN", "MESSAGE"));
                containers.forEach(container -> table.row(row(container)));
                section("Containers", table);
                inFlight(found);
            }
        }
    }

    /** As old as they were when their node reported them. */
    private void inFlight(List<NodeTrace> found) {
        TextTable table = new TextTable().row(List.of("POD/CONTAINER", "FOR", "THREADS", "OLDEST", "CALL"));
        int calls = 0;
        for (NodeTrace trace : found) {
            String at = Optional.ofNullable(trace.getStatus())
                    .map(NodeTraceStatus::updateTime)
                    .orElse("");
            for (Attachments container : Attachments.of(List.of(trace))) {
                for (CallInFlight call :
                        container.status().flatMap(RequestDescription::calls).orElse(List.of())) {
                    table.row(List.of(
                            container.pod() + "/" + container.container(),
                            age(call.since(), at),
                            Integer.toString(call.threads()),
                            call.tid() + (call.threadName() == null ? "" : " (" + call.threadName() + ")"),
                            call.call()));
                    calls++;
                }
            }
        }
        if (calls > 0) {
            section("In flight", table);
        }
    }

    private static Optional<List<CallInFlight>> calls(TargetStatus status) {
        return Optional.ofNullable(status.callsInFlight());
    }

    private static String age(String since, String at) {
        try {
            return Age.format(Duration.between(Instant.parse(since), Instant.parse(at)));
        } catch (DateTimeParseException _) {
            return "?";
        }
    }

    private static List<String> row(Attachments container) {
        var status = container.status();
        TraceTotals totals = status.map(TargetStatus::totals).orElse(TraceTotals.NONE);
        String state = status.map(TargetStatus::state).orElse("Assigned");
        String missing = ContextCounts.of(totals.contexts()).words();
        String why = status.map(Attachments::why).map(String::strip).orElse("");
        return List.of(
                container.node(),
                container.pod() + "/" + container.container(),
                state,
                Long.toString(totals.processes()),
                Long.toString(totals.spans()),
                Long.toString(totals.lost()),
                totals.slowdown(),
                why.isEmpty() || missing.isEmpty() ? why + missing : why + "; " + missing);
    }

    private void events() {
        List<Event> found = events.found().orElse(List.of());
        if (found.isEmpty()) {
            return;
        }
        TextTable table = new TextTable().row(List.of("TYPE", "REASON", "TIME", "MESSAGE"));
        found.forEach(event -> table.row(
                List.of(text(event.getType()), text(event.getReason()), time(event), text(event.getMessage()))));
        section("Events", table);
    }

    private static String time(Event event) {
        if (event.getLastTimestamp() != null) {
            return event.getLastTimestamp();
        }
        return event.getEventTime() == null
                ? text(event.getFirstTimestamp())
                : event.getEventTime().getTime();
    }

    private void section(String title, TextTable table) {
        lines.add(title + ":");
        table.lines().forEach(line -> lines.add("  " + line.stripTrailing()));
    }

    private void field(String label, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            String head = label + ":";
            lines.add(head + " ".repeat(Math.max(1, LABEL_WIDTH + 1 - head.length())) + UserText.printable(value));
        }
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
