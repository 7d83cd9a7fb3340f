// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** One client's watch: a JSON document a line for each change of the objects it selected. */
final class WatchStream {
    /** So long the server keeps a watch whose client named no timeout. */
    private static final Duration LONGEST = Duration.ofMinutes(30);

    private final History history;
    private final ApiPath path;
    private final ResourceType type;
    private final Predicate<JsonNode> selector;
    private final boolean asTable;
    private final String startVersion;
    private final long deadlineNanos;

    WatchStream(History history, ApiPath path, ResourceType type, Map<String, String> query, boolean asTable) {
        this.history = history;
        this.path = path;
        this.type = type;
        this.selector = Selectors.of(query);
        this.asTable = asTable;
        this.startVersion = query.getOrDefault("resourceVersion", "");
        long seconds = query.containsKey("timeoutSeconds")
                ? Long.parseLong(query.getOrDefault("timeoutSeconds", ""))
                : LONGEST.toSeconds();
        this.deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    }

    /**
     * Writes events until the watch's time is over or the server closes.
     *
     * @throws IOException if the client is gone
     */
    void copyTo(OutputStream out) throws IOException, InterruptedException {
        out.flush(); // the headers, so that the client knows that it is watching
        long seen;
        if (startVersion.isEmpty() || startVersion.equals("0")) {
            History.Listing now = history.list(path, selector);
            for (JsonNode object : now.items()) {
                send(out, "ADDED", object);
            }
            seen = now.resourceVersion();
        } else {
            seen = Long.parseLong(startVersion);
            if (!history.knowsAllSince(seen)) {
                String gone =
                        ApiStatus.of(410, "Expired", "too old resource version").toJson();
                write(out, "{\"type\":\"ERROR\",\"object\":" + gone + "}");
                return;
            }
        }
        while (System.nanoTime() < deadlineNanos && !history.isClosed()) {
            List<History.Change> changes = history.since(seen, deadlineNanos);
            for (History.Change change : changes) {
                seen = change.resourceVersion();
                if (path.covers(change.path())) {
                    tell(out, change);
                }
            }
        }
    }

    private void tell(OutputStream out, History.Change change) throws IOException {
        JsonNode before = change.before();
        JsonNode after = change.after();
        boolean matched = before != null && selector.test(before);
        boolean matches = after != null && selector.test(after);
        if (after != null && matches) {
            send(out, matched ? "MODIFIED" : "ADDED", after);
        } else if (before != null && matched) {
            send(out, "DELETED", after != null ? after : before);
        }
    }

    private void send(OutputStream out, String event, JsonNode object) throws IOException {
        JsonNode shown = asTable
                ? Table.of(
                        type,
                        List.of(object),
                        object.path("metadata").path("resourceVersion").asText(),
                        Instant.now())
                : object;
        ObjectNode json = ObjectStore.JSON.createObjectNode().put("type", event);
        json.set("object", shown);
        write(out, ObjectStore.JSON.writeValueAsString(json));
    }

    private static void write(OutputStream out, String line) throws IOException {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
