// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * The OTLP receiver of src/test/resources/foreign-receiver as a process of its own, decoding with code that is not
 * ours.
 */
final class ForeignReceiver implements AutoCloseable {
    /** A span as the foreign decoder saw it. */
    record ForeignSpan(
            String traceId,
            String spanId,
            String parentSpanId,
            String name,
            String kind,
            long startNanos,
            long endNanos,
            String status,
            String statusMessage,
            Map<String, String> attributes,
            Map<String, String> resource,
            String scope) {}

    private static final Path FOLDER = Path.of("target", "foreign-receiver");
    private static final int FIELDS = 13;
    private static final long INSTALL_MINUTES = 5;

    private final Process process;
    private final String httpUrl;
    private final String grpcUrl;
    private final List<ForeignSpan> spans = new CopyOnWriteArrayList<>();

    private ForeignReceiver(Process process, String httpUrl, String grpcUrl) {
        this.process = process;
        this.httpUrl = httpUrl;
        this.grpcUrl = grpcUrl;
    }

    /** Installs the receiver with npm, once. @return why that is not possible here; empty if it is there */
    static Optional<String> install() throws IOException, InterruptedException {
        for (String tool : List.of("node", "npm")) {
            if (!runs(List.of(tool, "--version"))) {
                return Optional.of(tool + " is not installed (Debian: apt-get install nodejs npm; Node 20 or later)");
            }
        }
        Files.createDirectories(FOLDER);
        for (String file : List.of("package.json", "receiver.js")) {
            try (InputStream resource = ForeignReceiver.class.getResourceAsStream("/foreign-receiver/" + file)) {
                if (resource == null) {
                    throw new IOException("test resource foreign-receiver/" + file + " is missing");
                }
                Files.copy(resource, FOLDER.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        if (Files.isDirectory(FOLDER.resolve("node_modules/@elastic/mockotlpserver"))) {
            return Optional.empty();
        }
        boolean installed = runs(List.of(
                "npm",
                "install",
                "--silent",
                "--no-audit",
                "--no-fund",
                "--no-package-lock",
                "--prefix",
                FOLDER.toString()));
        return installed ? Optional.empty() : Optional.of("npm could not install @elastic/mockotlpserver");
    }

    static ForeignReceiver start() throws IOException {
        Process process = new ProcessBuilder(
                        "node", FOLDER.resolve("receiver.js").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        String first = output.readLine();
        if (first == null || !first.startsWith("listening ")) {
            process.destroyForcibly();
            throw new IOException("the foreign receiver did not start: " + first);
        }
        String[] urls = first.split(" ", -1);
        ForeignReceiver receiver = new ForeignReceiver(process, urls[1], urls[2]);
        Thread.ofVirtual().start(() -> output.lines().forEach(receiver::read));
        return receiver;
    }

    String httpUrl() {
        return httpUrl;
    }

    String grpcUrl() {
        return grpcUrl;
    }

    List<ForeignSpan> spans() {
        return new ArrayList<>(spans);
    }

    @Override
    public void close() {
        process.destroy();
    }

    private void read(String line) {
        String[] fields = line.split("\t", -1);
        if (fields.length == FIELDS && fields[0].equals("span")) {
            spans.add(new ForeignSpan(
                    fields[1],
                    fields[2],
                    fields[3],
                    fields[4],
                    fields[5],
                    Long.parseLong(fields[6]),
                    Long.parseLong(fields[7]),
                    fields[8],
                    fields[9],
                    attributes(fields[10]),
                    attributes(fields[11]),
                    fields[12]));
        }
    }

    private static Map<String, String> attributes(String list) {
        Map<String, String> attributes = new HashMap<>();
        for (String pair : list.split("\\|", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                attributes.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        return attributes;
    }

    private static boolean runs(List<String> command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            if (!process.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0;
        } catch (IOException _) {
            return false; // no such program
        }
    }
}
