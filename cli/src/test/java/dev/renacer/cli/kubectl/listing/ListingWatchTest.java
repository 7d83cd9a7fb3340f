// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.listing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.kubectl.api.RawApi;
import dev.renacer.cli.kubectl.print.OutputFormat;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ListingWatchTest {
    private static final String COLUMNS = """
            "columnDefinitions": [{"name": "Name", "priority": 0}, {"name": "State", "priority": 0},
                                  {"name": "Message", "priority": 1}],""";
    private static final int STOPPED = 42;

    private final Queue<String> lists = new ConcurrentLinkedQueue<>();
    private final Queue<String> watches = new ConcurrentLinkedQueue<>();
    private final Queue<String> queries = new ConcurrentLinkedQueue<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter notices = new StringWriter();

    private @Nullable ListingWatch watch;

    @SuppressWarnings("NullAway.Init") // set before each test
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/things", this::serve);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void eachChangeIsARowBelowOneHeader() throws InterruptedException {
        lists.add(table("1", COLUMNS, row("web", "1", "Pending"), row("database", "1", "Pending")));
        watches.add(event("MODIFIED", table("2", COLUMNS, row("web", "2", "Tracing")))
                + event("DELETED", table("3", "", row("database", "3", "Pending"))));

        assertThat(await(OutputFormat.TEXT)).isEqualTo(STOPPED);

        assertThat(out.toString().lines())
                .containsExactly(
                        "NAME       STATE",
                        "web        Pending",
                        "database   Pending",
                        "web        Tracing",
                        "database   Pending");
        assertThat(queries).last().asString().contains("resourceVersion=3");
    }

    @Test
    void aForgottenVersionIsListedAgainAndOnlyWhatIsNewIsPrinted() throws InterruptedException {
        lists.add(table("1", COLUMNS, row("web", "1", "Pending"), row("db", "1", "Pending")));
        watches.add("""
                {"type": "ERROR", "object": {"kind": "Status", "code": 410, "reason": "Expired", "message": "too old"}}""");
        lists.add(table("9", COLUMNS, row("web", "1", "Pending"), row("db", "9", "Tracing")));

        assertThat(await(OutputFormat.TEXT)).isEqualTo(STOPPED);

        assertThat(out.toString().lines())
                .containsExactly("NAME   STATE", "web    Pending", "db     Pending", "db     Tracing");
        assertThat(queries).last().asString().contains("resourceVersion=9");
        assertThat(notices.toString()).isEmpty();
    }

    @Test
    void aServerThatFailsForAWhileIsToldOfOnceAndAskedAgain() throws InterruptedException {
        lists.add(table("1", COLUMNS, row("web", "1", "Pending")));
        watches.addAll(List.of("503", "503", event("MODIFIED", table("2", COLUMNS, row("web", "2", "Tracing")))));

        assertThat(await(OutputFormat.NAME)).isEqualTo(STOPPED);

        assertThat(out.toString().lines()).containsExactly("thing.renacer.dev/web", "thing.renacer.dev/web");
        assertThat(notices.toString().lines())
                .singleElement()
                .asString()
                .contains("503")
                .endsWith("trying again");
    }

    @Test
    void documentsArePartedAsYamlPartsThem() throws InterruptedException {
        lists.add("""
                {"kind": "ThingList", "metadata": {"resourceVersion": "1"}, "items": [
                  {"kind": "Thing", "metadata": {"name": "web", "uid": "web", "resourceVersion": "1"}}]}""");
        watches.add(event("BOOKMARK", "{\"kind\": \"Thing\", \"metadata\": {\"resourceVersion\": \"5\"}}")
                + event(
                        "MODIFIED",
                        "{\"kind\": \"Thing\", \"metadata\": {\"name\": \"web\", \"uid\": \"web\","
                                + " \"resourceVersion\": \"6\"}}"));

        assertThat(await(OutputFormat.YAML)).isEqualTo(STOPPED);

        assertThat(out.toString())
                .containsOnlyOnce("---\n")
                .startsWith("kind: Thing\n")
                .endsWith("'6'\n".replace('\'', '"'));
    }

    @Test
    void whatTheServerRefusesEndsIt() {
        lists.add(table("1", COLUMNS));
        watches.add("403");
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> await(OutputFormat.TEXT))
                .withMessageContaining("you may not");
    }

    private int await(OutputFormat format) throws InterruptedException {
        Listing things = new Listing("things", "thing", true, "no things");
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                .withRequestRetryBackoffLimit(0)
                .build();
        try (KubernetesClient client =
                new KubernetesClientBuilder().withConfig(config).build()) {
            ListingWatch started = new ListingWatch(
                    new RawApi(client),
                    "things",
                    new ChangePrinter(things, format, false, new PrintWriter(out, true)),
                    new PrintWriter(notices, true));
            watch = started;
            return started.await();
        }
    }

    /** Lists and watches in the order given; a watch beyond those is the user's Ctrl-C. */
    private void serve(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getQuery();
        queries.add(String.valueOf(query));
        String answer = (query == null ? lists : watches).poll();
        if (answer == null && watch != null) {
            watch.stop(STOPPED);
        }
        boolean refused = answer != null && answer.length() == 3;
        byte[] body = (refused ? "{\"kind\": \"Status\", \"message\": \"you may not\"}" : answer == null ? "" : answer)
                .getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(refused ? Integer.parseInt(answer) : 200, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static String event(String type, String object) {
        return "{\"type\": \"" + type + "\", \"object\": " + object + "}\n";
    }

    private static String table(String version, String columns, String... rows) {
        return "{\"kind\": \"Table\", \"metadata\": {\"resourceVersion\": \"" + version + "\"}, " + columns
                + " \"rows\": [" + String.join(", ", rows) + "]}";
    }

    private static String row(String name, String version, String state) {
        return """
                {"cells": ["%1$s", "%3$s", null],
                 "object": {"metadata": {"name": "%1$s", "uid": "%1$s", "resourceVersion": "%2$s"}}}""".formatted(name, version, state);
    }
}
