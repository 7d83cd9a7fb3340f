// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.report.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/** A headless Chromium with one page, driven over the DevTools protocol. What it asked the network for is remembered. */
public final class Chromium implements AutoCloseable {
    private static final long LIMIT_SECONDS = 60;
    private static final String LISTENING = "DevTools listening on ";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Process process;
    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<Integer, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final WebSocket socket;
    private final String session;
    private volatile CompletableFuture<Void> loaded = new CompletableFuture<>();

    private Chromium(Process process, String address) {
        this.process = process;
        this.socket = client.newWebSocketBuilder()
                .buildAsync(URI.create(address), new Answers())
                .join();
        String target = send("Target.createTarget", Map.of("url", "about:blank"), "")
                .get("targetId")
                .asText();
        this.session = send("Target.attachToTarget", Map.of("targetId", target, "flatten", true), "")
                .get("sessionId")
                .asText();
        Stream.of("Page.enable", "Runtime.enable", "Log.enable", "Network.enable")
                .forEach(method -> send(method, Map.of()));
    }

    /**
     * Starts one.
     *
     * @param folder  where it may leave what it likes
     * @throws TestAbortedException if there is none
     */
    public static Chromium start(Path folder) throws IOException {
        Path program = Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new TestAbortedException(
                        "Chromium is not installed: no browser has opened the report (apt-get install chromium)"));
        Process process = new ProcessBuilder(
                        program.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--disable-dev-shm-usage",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + folder.resolve("chromium"),
                        "about:blank")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader said = process.errorReader();
        StringBuilder all = new StringBuilder();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith(LISTENING)) {
                // What it says later must not fill the pipe.
                Thread.ofVirtual().start(() -> said.lines().forEach(_ -> {}));
                return new Chromium(process, line.substring(LISTENING.length()));
            }
            all.append(line).append('\n');
        }
        throw new IOException("Chromium did not start: " + all);
    }

    /** Sets the window in CSS pixels, and what the system prefers. */
    public void window(int width, int height, boolean dark) {
        send(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        send(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    /** Opens a report, and waits until it can be used. */
    public void open(Path file) {
        loaded = new CompletableFuture<>();
        requests.clear();
        complaints.clear();
        send("Page.navigate", Map.of("url", file.toUri().toString()));
        await(loaded);
        evaluate(
                "new Promise(done => { const look = () => document.documentElement.dataset.ready !== undefined"
                        + " || document.querySelector('.loading.failed') ? done(true) : requestAnimationFrame(look); look(); })");
    }

    /** The value of an expression in the page; of a promise, what it gives. */
    public JsonNode evaluate(String expression) {
        JsonNode answer = send(
                "Runtime.evaluate",
                Map.of("expression", expression, "awaitPromise", true, "returnByValue", true, "userGesture", true));
        if (answer.has("exceptionDetails")) {
            throw new AssertionError(expression + ": " + answer.get("exceptionDetails"));
        }
        return answer.get("result").path("value");
    }

    /** The text of an element, as a person sees it. */
    public String text(String selector) {
        return evaluate("document.querySelector(" + JSON.valueToTree(selector) + ").innerText")
                .asText();
    }

    /** Clicks the middle of an element. */
    public void click(String selector) {
        JsonNode place = evaluate("(() => { const e = document.querySelector(" + JSON.valueToTree(selector)
                + "); e.scrollIntoView({block: 'center'}); const r = e.getBoundingClientRect();"
                + " return [r.x + r.width / 2, r.y + r.height / 2]; })()");
        click(place.get(0).asDouble(), place.get(1).asDouble());
    }

    public void click(double x, double y) {
        mouse("mouseMoved", x, y, Map.of());
        mouse("mousePressed", x, y, Map.of("button", "left", "clickCount", 1));
        mouse("mouseReleased", x, y, Map.of("button", "left", "clickCount", 1));
    }

    public void mouse(String type, double x, double y, Map<String, Object> more) {
        ObjectNode event = JSON.createObjectNode().put("type", type).put("x", x).put("y", y);
        more.forEach((name, value) -> event.set(name, JSON.valueToTree(value)));
        send("Input.dispatchMouseEvent", event);
    }

    /** Types into what has the focus. */
    public void type(String text) {
        send("Input.insertText", Map.of("text", text));
    }

    /** Presses a key that has a name. */
    public void key(String key) {
        for (String type : List.of("keyDown", "keyUp")) {
            ObjectNode event = JSON.createObjectNode().put("type", type).put("key", key);
            if (key.length() == 1 && type.equals("keyDown")) {
                event.put("text", key);
            }
            send("Input.dispatchKeyEvent", event);
        }
    }

    /** The next two frames are drawn. */
    public void frames() {
        evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))");
    }

    public void screenshot(Path file) throws IOException {
        JsonNode answer = send("Page.captureScreenshot", Map.of("format", "png"));
        Files.write(file, Base64.getDecoder().decode(answer.get("data").asText()));
    }

    /** The page as it would be printed. */
    public byte[] pdf() {
        return Base64.getDecoder()
                .decode(send("Page.printToPDF", Map.of("printBackground", true))
                        .get("data")
                        .asText());
    }

    /** What was asked for since the page was opened. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** What the page or the browser complained about since then. */
    public List<String> complaints() {
        return List.copyOf(complaints);
    }

    public JsonNode send(String method, Object parameters) {
        return send(method, parameters, session);
    }

    private JsonNode send(String method, Object parameters, String of) {
        int number = numbers.incrementAndGet();
        ObjectNode request = JSON.createObjectNode().put("id", number).put("method", method);
        request.set("params", JSON.valueToTree(parameters));
        if (!of.isEmpty()) {
            request.put("sessionId", of);
        }
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        asked.put(number, answer);
        socket.sendText(request.toString(), true).join();
        return await(answer);
    }

    private static <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        // Its other processes end a moment after it, and write into the folder up to then.
        List<ProcessHandle> others = process.descendants().toList();
        socket.abort();
        client.close();
        process.destroy();
        try {
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        others.forEach(Chromium::awaitEnd);
    }

    private static void awaitEnd(ProcessHandle other) {
        try {
            other.onExit().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            other.destroyForcibly();
        }
    }

    private void received(JsonNode message) {
        JsonNode params = message.path("params");
        switch (message.path("method").asText()) {
            case "Page.loadEventFired" -> loaded.complete(null);
            case "Network.requestWillBeSent" ->
                requests.add(params.path("request").path("url").asText());
            case "Runtime.exceptionThrown" -> complaints.add(params.toString());
            case "Runtime.consoleAPICalled" -> {
                if (params.path("type").asText().equals("error")) {
                    complaints.add(params.path("args").toString());
                }
            }
            case "Log.entryAdded" -> {
                if (params.path("entry").path("level").asText().equals("error")) {
                    complaints.add(params.path("entry").toString());
                }
            }
            default -> {
                CompletableFuture<JsonNode> answer =
                        asked.remove(message.path("id").asInt());
                if (answer != null && message.has("error")) {
                    answer.completeExceptionally(
                            new IllegalStateException(message.get("error").toString()));
                } else if (answer != null) {
                    answer.complete(message.path("result"));
                }
            }
        }
    }

    private final class Answers implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                try {
                    received(JSON.readTree(text.toString()));
                } catch (IOException e) {
                    complaints.add(e.toString());
                }
                text.setLength(0);
            }
            from.request(1);
            return CompletableFuture.completedStage(null);
        }
    }
}
