// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.sink;

import dev.renacer.crds.ConditionType;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.operator.status.Conditions;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What live requests report about the sinks they use: their condition Exporting gathers the agents' reports. Safe for
 * use by many threads.
 */
public final class SinkUse {
    private final Consumer<String> onChange;
    /** By sink, then by request. */
    private final Map<String, Map<String, Export>> uses = new HashMap<>(); // guarded by this

    /** How exporting to a sink goes, judging by its live requests. */
    public sealed interface Export {
        /** No live request uses it. */
        record Unused() implements Export {}

        /** Nothing was sent yet. */
        record Undecided() implements Export {}

        /** Spans arrive. */
        record Delivered() implements Export {}

        /**
         * An agent's export failed.
         *
         * @param message  from which node, and why
         */
        record Failed(String message) implements Export {}
    }

    /**
     * @param onChange  called with a sink's name when something about it has changed
     */
    public SinkUse(Consumer<String> onChange) {
        this.onChange = onChange;
    }

    /** A request was created or has changed. */
    public void changed(TraceRequest request) {
        String key = key(request);
        @Nullable TraceRequestStatus status = request.getStatus();
        if (status == null || status.sink() == null || status.completionTime() != null) {
            removed(request);
            return;
        }
        String sink = status.sink();
        Export export = export(status);
        boolean changed;
        synchronized (this) {
            changed = !export.equals(
                    uses.computeIfAbsent(sink, _ -> new TreeMap<>()).put(key, export));
        }
        if (changed) {
            onChange.accept(sink);
        }
    }

    /** A request is over or gone. */
    public void removed(TraceRequest request) {
        String key = key(request);
        Collection<String> changed = new java.util.ArrayList<>();
        synchronized (this) {
            uses.forEach((sink, requests) -> {
                if (requests.remove(key) != null) {
                    changed.add(sink);
                }
            });
            uses.values().removeIf(Map::isEmpty);
        }
        changed.forEach(onChange);
    }

    /** How exporting to this sink goes: one failure outweighs the deliveries of others. */
    public synchronized Export of(String sink) {
        Collection<Export> exports = uses.getOrDefault(sink, Map.of()).values();
        Optional<Export> failed =
                exports.stream().filter(Export.Failed.class::isInstance).findFirst();
        Optional<Export> delivered =
                exports.stream().filter(Export.Delivered.class::isInstance).findFirst();
        return failed.or(() -> delivered)
                .orElseGet(() -> exports.isEmpty() ? new Export.Unused() : new Export.Undecided());
    }

    private static Export export(TraceRequestStatus status) {
        return Conditions.of(status, ConditionType.Exporting)
                .<Export>map(exporting -> {
                    if (Reason.ExportFailed.name().equals(exporting.getReason())) {
                        return new Export.Failed(exporting.getMessage());
                    }
                    return "True".equals(exporting.getStatus()) ? new Export.Delivered() : new Export.Undecided();
                })
                .orElseGet(Export.Undecided::new);
    }

    private static String key(TraceRequest request) {
        return request.getMetadata().getNamespace() + "/"
                + request.getMetadata().getName();
    }
}
