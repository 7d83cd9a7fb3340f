// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.renacer.crds.Renacer;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stand-in API server on loopback. Whoever knows its URL may do everything: the URL holds a random part, so that other users
 * of the machine, who could else have a root agent trace for them, do not know it. Safe for any thread.
 */
public final class EmbeddedApi implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedApi.class);
    private static final String VERSION = "v1.32.0";
    private static final String JSON_TYPE = "application/json";

    static {
        // Without it each answer in two segments waits 40 ms for a delayed acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final ObjectStore store = new ObjectStore();
    private final Discovery discovery;
    private final OpenApi openApi;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;
    private final String scheme;
    private final String prefix;
    private final Optional<String> token;
    private final Map<String, Integer> watches = new ConcurrentHashMap<>();

    private EmbeddedApi(HttpServer server, String scheme, String prefix, Optional<String> token, String version) {
        this.discovery = new Discovery(version);
        this.openApi = new OpenApi(discovery);
        this.server = server;
        this.scheme = scheme;
        this.prefix = prefix;
        this.token = token;
    }

    /**
     * Starts the server on a free port of 127.0.0.1.
     *
     * @throws IOException if there is none
     */
    public static EmbeddedApi start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        byte[] secret = new byte[16];
        new SecureRandom().nextBytes(secret);
        String prefix = "/" + Renacer.STAND_IN + "/" + HexFormat.of().formatHex(secret);
        return new EmbeddedApi(server, "http", prefix, Optional.empty(), VERSION + "-" + Renacer.STAND_IN).listen();
    }

    /**
     * Starts the server as a pod finds it: by TLS, for whoever has the token, and with the version of a real one. It asks for a client certificate as real servers
     * do, and does without.
     *
     * @throws IOException if there is no free port
     */
    public static EmbeddedApi start(SSLContext tls, String token) throws IOException {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls) {
            @Override
            public void configure(HttpsParameters connection) {
                SSLParameters parameters = tls.getDefaultSSLParameters();
                parameters.setWantClientAuth(true);
                connection.setSSLParameters(parameters);
            }
        });
        return new EmbeddedApi(server, "https", "", Optional.of(token), VERSION).listen();
    }

    private EmbeddedApi listen() {
        server.setExecutor(executor);
        server.createContext("/", this::handle);
        server.start();
        return this;
    }

    /** Base URL for clients. */
    public String url() {
        return scheme + "://127.0.0.1:" + server.getAddress().getPort() + prefix;
    }

    /** A kubeconfig for this server, as YAML. */
    public String kubeconfig(String namespace) {
        return """
                apiVersion: v1
                kind: Config
                current-context: quickstart
                clusters:
                - name: quickstart
                  cluster: {server: "%s"}
                contexts:
                - name: quickstart
                  context: {cluster: quickstart, user: quickstart, namespace: %s}
                users:
                - name: quickstart
                  user: {}
                """.formatted(url(), namespace);
    }

    /** How many watches of a resource, such as {@code tracerequests}, are open: whether whoever acts on it is ready. */
    public int watches(String plural) {
        return watches.getOrDefault(plural, 0);
    }

    /** Serves the custom resource, as if its definition had been applied. */
    public void register(CustomResourceDefinition crd) {
        discovery.publish(Discovery.read(crd));
        ResourceType type = discovery
                .typeOf("apiextensions.k8s.io/v1", "CustomResourceDefinition")
                .orElseThrow();
        try {
            store.write(HttpMethod.POST, ApiPath.of(type, "", ""), Serialization.asJson(crd), Admission.ANYTHING);
        } catch (RefusedException e) {
            throw new IllegalStateException("anything is admitted", e);
        }
    }

    @Override
    public void close() {
        store.history().close();
        server.stop(0);
        executor.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            URI uri = exchange.getRequestURI();
            if (!uri.getPath().startsWith(prefix + "/") || !hasToken(exchange)) {
                status(exchange, ApiStatus.of(401, "Unauthorized", "this is not the URL of the kubeconfig"));
                return;
            }
            Request request = new Request(exchange, uri.getPath().substring(prefix.length()), query(uri));
            try {
                route(request);
            } catch (RefusedException e) {
                status(exchange, e.status());
            } catch (IllegalArgumentException e) {
                status(exchange, ApiStatus.of(400, "BadRequest", String.valueOf(e.getMessage())));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LOG.error("{} {}", exchange.getRequestMethod(), uri.getPath(), e);
                status(exchange, ApiStatus.of(500, "InternalError", e.toString()));
            }
        }
    }

    private boolean hasToken(HttpExchange exchange) {
        String given = exchange.getRequestHeaders().getFirst("Authorization");
        return token.map(known -> ("Bearer " + known).equals(given)).orElse(true);
    }

    /** A request under way. */
    private record Request(HttpExchange exchange, String path, Map<String, String> query) {
        String method() {
            return exchange.getRequestMethod();
        }

        String header(String name) {
            String value = exchange.getRequestHeaders().getFirst(name);
            return value == null ? "" : value;
        }

        boolean wantsTable() {
            return header("Accept").contains(Table.REQUESTED);
        }

        boolean wantsWatch() {
            return query.getOrDefault("watch", "").matches("true|1");
        }

        boolean isOnlyTried() {
            return query.containsKey("dryRun");
        }

        String body() throws IOException {
            return new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void route(Request request) throws IOException, InterruptedException, RefusedException {
        String path = request.path();
        if (path.matches("/(livez|readyz|healthz)")) {
            send(request.exchange(), 200, "text/plain", "ok");
            return;
        }
        if (path.equals(OpenApi.OLD_PATH)) {
            boolean asProtobuf = request.header("Accept").contains(OpenApi.OLD_PROTOBUF_ACCEPTED);
            send(
                    request.exchange(),
                    200,
                    asProtobuf ? OpenApi.OLD_PROTOBUF : JSON_TYPE,
                    asProtobuf ? "" : OpenApi.OLD_JSON);
            return;
        }
        Optional<JsonNode> document = request.method().equals("GET")
                ? discovery.document(path).or(() -> openApi.document(path))
                : Optional.empty();
        if (document.isPresent()) {
            send(request.exchange(), 200, JSON_TYPE, document.get().toString());
            return;
        }
        Optional<ApiPath> resource = ApiPath.parse(path);
        Optional<ResourceType> type = resource.flatMap(discovery::typeOf);
        if (resource.isEmpty() || type.isEmpty()) {
            status(
                    request.exchange(),
                    ApiStatus.of(404, "NotFound", "the server could not find the requested resource"));
            return;
        }
        serve(request, resource.get(), type.get());
    }

    private void serve(Request request, ApiPath path, ResourceType type)
            throws IOException, InterruptedException, RefusedException {
        if (request.isOnlyTried()) {
            write(request, path, type);
            return;
        }
        switch (request.method()) {
            case "GET" -> {
                if (request.wantsWatch()) {
                    watch(request, path, type);
                } else if (path.name().isEmpty()) {
                    list(request, path, type);
                } else {
                    get(request, path, type);
                }
            }
            case "POST", "PUT", "PATCH" -> write(request, path, type);
            case "DELETE" -> delete(request, path, type);
            default -> status(request.exchange(), ApiStatus.of(405, "MethodNotAllowed", "method not allowed"));
        }
    }

    private void write(Request request, ApiPath path, ResourceType type) throws IOException, RefusedException {
        HttpMethod method = HttpMethod.valueOf(request.method());
        String kindOfPatch = request.header("Content-Type");
        Optional<SchemaAdmission> schema = discovery
                .schemaOf(type)
                .map(known -> new SchemaAdmission(
                        known,
                        type,
                        path.subresource().equals("status"),
                        method == HttpMethod.PATCH,
                        request.query().getOrDefault("fieldValidation", "Warn")));
        DefinitionAdmission definition = new DefinitionAdmission();
        Admission admission = type.kind().equals("CustomResourceDefinition")
                ? definition
                : schema.<Admission>map(known -> known).orElse(Admission.ANYTHING);
        ObjectStore.Answer answer;
        if (request.isOnlyTried()) {
            answer = store.tryOut(method, path, kindOfPatch, request.body(), admission);
        } else {
            answer = method == HttpMethod.PATCH
                    ? store.patch(path, kindOfPatch, request.body(), admission)
                    : store.write(method, path, request.body(), admission);
            if (answer.code() < 300) {
                definition.admitted().ifPresent(discovery::publish);
            }
        }
        schema.ifPresent(known -> known.warnings()
                .forEach(
                        warning -> request.exchange().getResponseHeaders().add("Warning", "299 - " + quoted(warning))));
        answer(request, path, type, answer);
    }

    /** A quoted string of a header: ASCII, since the server cuts each character to its lower byte, which may be a line's end. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(unit -> {
            if (unit < ' ' || unit > '~') {
                quoted.append(String.format("\\\\u%04x", unit));
            } else {
                quoted.append(unit == '"' || unit == '\\' ? "\\" : "").append((char) unit);
            }
        });
        return quoted.append('"').toString();
    }

    private void get(Request request, ApiPath path, ResourceType type) throws IOException {
        Optional<JsonNode> object = store.history().get(path.object());
        if (object.isEmpty()) {
            status(request.exchange(), ApiStatus.notFound(type, path.name()));
            return;
        }
        JsonNode shown = request.wantsTable()
                ? Table.of(
                        type,
                        List.of(object.get()),
                        object.get().path("metadata").path("resourceVersion").asText(),
                        Instant.now())
                : object.get();
        send(request.exchange(), 200, JSON_TYPE, shown.toString());
    }

    private void list(Request request, ApiPath path, ResourceType type) throws IOException {
        History.Listing listing = store.history().list(path, Selectors.of(request.query()));
        String version = Long.toString(listing.resourceVersion());
        if (request.wantsTable()) {
            send(
                    request.exchange(),
                    200,
                    JSON_TYPE,
                    Table.of(type, listing.items(), version, Instant.now()).toString());
            return;
        }
        ObjectNode list = ObjectStore.JSON
                .createObjectNode()
                .put("kind", type.kind() + "List")
                .put("apiVersion", type.groupVersion());
        list.putObject("metadata").put("resourceVersion", version);
        list.putArray("items").addAll(listing.items());
        send(request.exchange(), 200, JSON_TYPE, list.toString());
    }

    private void delete(Request request, ApiPath path, ResourceType type) throws IOException {
        if (!path.name().isEmpty()) {
            answer(request, path, type, store.delete(path));
            return;
        }
        store.history()
                .list(path, Selectors.of(request.query()))
                .items()
                .forEach(object -> store.delete(ApiPath.of(
                        type,
                        object.path("metadata").path("namespace").asText(""),
                        object.path("metadata").path("name").asText())));
        status(request.exchange(), ApiStatus.success());
    }

    private void watch(Request request, ApiPath path, ResourceType type) throws IOException, InterruptedException {
        HttpExchange exchange = request.exchange();
        if (request.header("Upgrade").equalsIgnoreCase("websocket")) {
            // fabric8's client, which tries a WebSocket first, takes 200 for "plain HTTP here" and goes on with that at
            // once.
            send(exchange, 200, JSON_TYPE, "{}");
            return;
        }
        if (request.query().containsKey("sendInitialEvents")) {
            // The words of a server without WatchList: a client that asks for it then lists and watches instead.
            status(
                    exchange,
                    ApiStatus.of(422, "Invalid", "sendInitialEvents: Forbidden: WatchList is not served here"));
            return;
        }
        WatchStream stream = new WatchStream(store.history(), path, type, request.query(), request.wantsTable());
        exchange.getResponseHeaders().set("Content-Type", JSON_TYPE);
        exchange.sendResponseHeaders(200, 0);
        watches.merge(path.plural(), 1, Integer::sum);
        try (OutputStream out = exchange.getResponseBody()) {
            stream.copyTo(out);
        } catch (IOException e) {
            LOG.debug("a watch of {} ended by its client", path);
        } finally {
            watches.merge(path.plural(), -1, Integer::sum);
        }
    }

    private static void answer(Request request, ApiPath path, ResourceType type, ObjectStore.Answer answer)
            throws IOException {
        if (answer.code() == 404) {
            status(request.exchange(), ApiStatus.notFound(type, path.name()));
        } else if (answer.code() == 415) {
            status(
                    request.exchange(),
                    ApiStatus.of(
                            415,
                            "UnsupportedMediaType",
                            "the stand-in API server takes JSON patches and JSON merge patches only"));
        } else {
            send(request.exchange(), answer.code(), JSON_TYPE, answer.body());
        }
    }

    private static void status(HttpExchange exchange, ApiStatus status) throws IOException {
        send(exchange, status.code(), JSON_TYPE, status.toJson());
    }

    private static void send(HttpExchange exchange, int code, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static Map<String, String> query(URI uri) {
        Map<String, String> query = new HashMap<>();
        if (uri.getRawQuery() != null) {
            for (String pair : uri.getRawQuery().split("&", -1)) {
                String[] parts = pair.split("=", 2);
                query.put(
                        URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                        parts.length == 2 ? URLDecoder.decode(parts[1], StandardCharsets.UTF_8) : "");
            }
        }
        return query;
    }
}
