// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Trains the plugin's two AOT caches (JEP 514), one for listings and one for what needs the Kubernetes client: runs
 * {@code kubectl renacer list} and {@code describe} as a user would, against a TLS server of its own. All classes of a cache are
 * loaded at start, so that a listing is quicker with a small one. Part of the build; does nothing while neither the jars nor the
 * JDK have changed.
 */
final class AotTraining {
    private static final String PASSWORD = "training";
    private static final String TABLE = """
            {"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": {"resourceVersion": "1"},
             "columnDefinitions": [{"name": "Name", "type": "string", "priority": 0},
                                   {"name": "State", "type": "string", "priority": 0},
                                   {"name": "Message", "type": "string", "priority": 1}],
             "rows": [{"cells": ["checkout-x7k2p", "Tracing", null],
                       "object": {"kind": "PartialObjectMetadata", "metadata": {"namespace": "shop"}}}]}""";

    private static final String REQUEST = """
            {"kind": "TraceRequest", "apiVersion": "renacer.dev/v1alpha1",
             "metadata": {"name": "checkout-x7k2p", "namespace": "shop", "uid": "1", "creationTimestamp": "2026-01-01T00:00:00Z"},
             "spec": {"workloadRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "checkout"}},
             "status": {"totals": {"targets": 1}, "conditions": [
               {"type": "Accepted", "status": "True", "reason": "Accepted", "message": "",
                "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}""";
    private static final String NOTHING = """
            {"kind": "List", "apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": []}""";

    private AotTraining() {}

    /** Arguments: the folder {@code lib} with the jars, where the caches go too, and the file with the JVM's options. */
    public static void main(String[] args) throws Exception {
        Path lib = Path.of(args[0]);
        Path options = Path.of(args[1]);
        Path stamp = lib.resolve("kubectl-renacer.aot.stamp");
        String state = state(lib, options);
        if (Files.exists(stamp) && Files.readString(stamp).equals(state)) {
            return;
        }
        Path folder = Files.createTempDirectory("renacer-aot-");
        try {
            train(lib, options, folder);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.writeString(stamp, state);
    }

    private static void train(Path lib, Path options, Path folder)
            throws IOException, InterruptedException, GeneralSecurityException {
        KeyStore keys = keys(folder);
        HttpsServer server = serve(keys);
        try {
            Path kubeconfig = folder.resolve("kubeconfig");
            Files.writeString(kubeconfig, kubeconfig(server.getAddress().getPort(), keys));
            train(
                    lib,
                    options,
                    folder,
                    "kubectl-renacer-list.aot",
                    "list",
                    "-A",
                    "--kubeconfig",
                    kubeconfig.toString());
            train(
                    lib,
                    options,
                    folder,
                    "kubectl-renacer.aot",
                    "describe",
                    "checkout-x7k2p",
                    "-n",
                    "shop",
                    "--kubeconfig",
                    kubeconfig.toString());
        } finally {
            server.stop(0);
        }
    }

    private static void train(Path lib, Path options, Path folder, String name, String... arguments)
            throws IOException, InterruptedException {
        Path cache = lib.resolve(name).toAbsolutePath();
        Files.deleteIfExists(cache);
        List<String> command = new ArrayList<>(List.of(
                jdk("java"),
                "@" + options.toAbsolutePath(),
                "-XX:AOTCacheOutput=" + cache,
                "-cp",
                pluginJar(lib).toAbsolutePath().toString(),
                KubectlPlugin.class.getName()));
        command.addAll(List.of(arguments));
        run(folder, command);
        if (!Files.exists(cache)) {
            throw new IllegalStateException("the JVM wrote no " + cache);
        }
    }

    private static KeyStore keys(Path folder) throws IOException, InterruptedException, GeneralSecurityException {
        Path store = folder.resolve("training.p12");
        run(
                folder,
                List.of(
                        jdk("keytool"),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=training",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        store.toString()));
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(new ByteArrayInputStream(Files.readAllBytes(store)), PASSWORD.toCharArray());
        return keys;
    }

    private static HttpsServer serve(KeyStore keys) throws IOException, GeneralSecurityException {
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.createContext("/", exchange -> {
            byte[] answer = answer(exchange.getRequestURI().getPath()).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static String answer(String path) {
        if (path.endsWith("/checkout-x7k2p")) {
            return REQUEST;
        }
        return path.endsWith("/tracerequests") ? TABLE : NOTHING;
    }

    /** With a client certificate, the way most local clusters are reached; the server does not ask for it. */
    private static String kubeconfig(int port, KeyStore keys) throws GeneralSecurityException {
        String certificate = pem("CERTIFICATE", keys.getCertificate("server").getEncoded());
        String key =
                pem("PRIVATE KEY", keys.getKey("server", PASSWORD.toCharArray()).getEncoded());
        return """
                apiVersion: v1
                kind: Config
                clusters:
                - name: training
                  cluster: {server: "https://127.0.0.1:%d", certificate-authority-data: %s}
                users:
                - name: training
                  user: {client-certificate-data: %s, client-key-data: %s}
                contexts:
                - name: training
                  context: {cluster: training, user: training}
                current-context: training
                """.formatted(port, base64(certificate), base64(certificate), base64(key));
    }

    private static String pem(String type, byte[] content) {
        return """
                -----BEGIN %s-----
                %s
                -----END %s-----
                """.formatted(type, Base64.getMimeEncoder().encodeToString(content), type);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String jdk(String program) {
        return Path.of(System.getProperty("java.home"), "bin", program).toString();
    }

    private static void run(Path folder, List<String> command) throws IOException, InterruptedException {
        Path log = Files.createTempFile(folder, "run", ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new IllegalStateException(command.getFirst() + " failed: " + Files.readString(log));
        }
    }

    private static Path pluginJar(Path lib) throws IOException {
        return jars(lib).stream()
                .filter(jar -> String.valueOf(jar.getFileName()).startsWith("renacer-cli-"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no renacer-cli jar in " + lib));
    }

    private static List<Path> jars(Path lib) throws IOException {
        try (Stream<Path> files = Files.list(lib)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        }
    }

    /** All that a cache depends on. */
    private static String state(Path lib, Path options) throws IOException {
        StringBuilder state = new StringBuilder(System.getProperty("java.vm.version"))
                .append('\n')
                .append(Files.readString(options));
        for (Path jar : jars(lib)) {
            state.append(jar.getFileName())
                    .append(' ')
                    .append(Files.size(jar))
                    .append(' ')
                    .append(Files.getLastModifiedTime(jar))
                    .append('\n');
        }
        return state.toString();
    }
}
