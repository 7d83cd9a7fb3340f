// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contexts of threads as programs publish them that nobody here has written. What is not there is said, and not run. */
class ForeignWritersIT {
    private static final Path PROGRAMS = Launchers.repository().resolve("cli/src/test/programs");
    private static final Pattern CALL =
            Pattern.compile("/nonexistent/(?<when>[a-z-]+).*?(?:\"span_id\":\"(?<span>[0-9a-f]+)\".*)?}");
    private static final Pattern REQUEST = Pattern.compile("/nonexistent/(?<trace>[0-9a-f]{32})-(?<span>[0-9a-f]{16})");
    private static final String AGENT = "dd-java-agent";

    @TempDir
    Path folder = Path.of("");

    @Test
    void aRustProgramWithDatadogsCrate() throws IOException {
        assertThat(spans(List.of(rust().toString())))
                .isEqualTo(Map.of(
                        "before", "",
                        "within", "bb".repeat(8),
                        "other", "",
                        "other-within", "dd".repeat(8),
                        "after", ""));
    }

    @Test
    void ofSixteenThreadsWithAHundredRequestsEachNoCallIsMisplaced() throws IOException {
        List<String> lookups = lookups(List.of(rust().toString(), "load"));

        assertThat(lookups).hasSize(16 * 100 * 2);
        assertThat(lookups).allSatisfy(line -> {
            Matcher ids = REQUEST.matcher(line);
            assertThat(ids.find()).isTrue();
            assertThat(line)
                    .contains("\"trace_id\":\"" + ids.group("trace") + "\",\"span_id\":\"" + ids.group("span") + "\"");
        });
    }

    /** The program with the crate, built. */
    private static Path rust() throws IOException {
        Path target = Launchers.repository().resolve("cli/target/test-programs/context-writer-rust");
        assumeThat(Run.of(List.of("sh", "-c", "command -v cargo")).code())
                .as("not run: there is no cargo")
                .isZero();
        Run cargo = Run.of(
                List.of(
                        "cargo",
                        "build",
                        "--quiet",
                        "--manifest-path",
                        PROGRAMS.resolve("context-writer/Cargo.toml").toString(),
                        "--target-dir",
                        target.toString()),
                Map.of("RUSTFLAGS", "-Clink-arg=-Wl,--export-dynamic-symbol=otel_thread_ctx_v1"));
        assumeThat(cargo.code())
                .as("not run: the crate libdd-otel-thread-ctx cannot be built: %s", cargo.err())
                .isZero();
        return target.resolve("debug/context-writer");
    }

    @Test
    void aJvmWithDatadogsProfiler() throws IOException {
        Optional<Path> agent = agent();
        assumeThat(agent)
                .as("not run: there is no com.datadoghq:dd-java-agent in ~/.m2; get one by"
                        + " mvn dependency:get -Dartifact=com.datadoghq:dd-java-agent:1.68.1 -Dtransitive=false")
                .isPresent();
        Path library = unpack(agent.orElseThrow());
        assumeThat(Run.of(List.of("nm", "-D", library.toString())).out())
                .as("not run: the library of %s does not publish", agent)
                .contains("otel_thread_ctx_v1");

        Map<String, String> spans = spans(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                folder.resolve("classes").toString(),
                PROGRAMS.resolve("ContextWriter.java").toString(),
                library.toString()));

        assertThat(spans).isEqualTo(Map.of("before", "", "within", "bb".repeat(8), "other", "", "after", ""));
    }

    /** Of each file that the program looks for, the span that it has published; empty: none. */
    private Map<String, String> spans(List<String> program) throws IOException {
        Map<String, String> spans = new TreeMap<>();
        for (String line : lookups(program)) {
            Matcher call = CALL.matcher(line);
            assertThat(call.find()).isTrue();
            spans.put(
                    call.group("when"), Optional.ofNullable(call.group("span")).orElse(""));
        }
        return spans;
    }

    /** The calls about files that say when they are looked for. */
    private List<String> lookups(List<String> program) throws IOException {
        Path trace = folder.resolve("trace.jsonl");
        List<String> arguments =
                new ArrayList<>(List.of("-f", "--format", "jsonl", "-o", trace.toString(), "-e", "trace=%file", "--"));
        arguments.addAll(program);
        Run run = Run.of(Launchers.command("renacer", arguments));
        assertThat(run.code()).as(run.err() + run.out()).isZero();
        return Files.readAllLines(trace).stream()
                .filter(line -> line.startsWith("{\"type\":\"call\"") && line.contains("/nonexistent/"))
                .toList();
    }

    private static Optional<Path> agent() throws IOException {
        Path versions = Path.of(System.getProperty("user.home"), ".m2/repository/com/datadoghq", AGENT);
        if (!Files.isDirectory(versions)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.walk(versions)) {
            return files.filter(file -> file.toString().endsWith(".jar")).max(Path::compareTo);
        }
    }

    /** Unpacks the profiler: its classes, which the agent hides from others by their names, and its library. */
    private Path unpack(Path agent) throws IOException {
        String libraries = "shared/META-INF/native-libs/linux-"
                + (System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x64") + "/";
        Path library = folder.resolve("libjavaProfiler.so");
        try (JarFile jar = new JarFile(agent.toFile())) {
            for (var entry : (Iterable<JarEntry>) jar.stream()::iterator) {
                String name = entry.getName();
                Path to = name.equals(libraries + "libjavaProfiler.so")
                        ? library
                        : folder.resolve("classes")
                                .resolve(name.replaceFirst("^shared/", "").replaceFirst("\\.classdata$", ".class"));
                if (to.equals(library) || (name.startsWith("shared/com/datadoghq/profiler/") && !entry.isDirectory())) {
                    Files.createDirectories(to.getParent());
                    try (InputStream in = jar.getInputStream(entry)) {
                        Files.copy(in, to);
                    }
                }
            }
        }
        return library;
    }
}
