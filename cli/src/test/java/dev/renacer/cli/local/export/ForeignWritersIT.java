// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contexts of threads as programs publish them that nobody here has written. What is not there is said, and not run. */
class ForeignWritersIT {
    private static final Path PROGRAMS = Launchers.repository().resolve("cli/src/test/programs");
    private static final String AGENT = "dd-java-agent";

    @TempDir
    Path folder = Path.of("");

    @Test
    void aRustProgramWithDatadogsCrate() throws IOException {
        assertThat(Lookups.spans(List.of(rust().toString()), folder))
                .isEqualTo(Map.of(
                        "before", "",
                        "within", "bb".repeat(8),
                        "other", "",
                        "other-within", "dd".repeat(8),
                        "after", ""));
    }

    @Test
    void ofSixteenThreadsWithAHundredRequestsEachNoCallIsMisplaced() throws IOException {
        List<String> lookups = Lookups.of(List.of(rust().toString(), "load"), folder);

        assertThat(lookups).hasSize(16 * 100 * 2);
        Lookups.assertNoneIsMisplaced(lookups);
    }

    /** The program with the crate, built. */
    private static Path rust() throws IOException {
        Path target = Launchers.repository().resolve("cli/target/test-programs/context-writer-rust");
        assumeTrue(
                Run.of(List.of("sh", "-c", "command -v cargo")).code() == 0,
                "not run: there is no cargo; libexec/setup --test installs it");
        Run cargo = Run.of(
                List.of(
                        "cargo",
                        "build",
                        "--quiet",
                        "--locked",
                        // The crate asks for a newer compiler than distributions have; Debian 13's 1.85 builds it.
                        "--ignore-rust-version",
                        "--manifest-path",
                        PROGRAMS.resolve("context-writer/Cargo.toml").toString(),
                        "--target-dir",
                        target.toString()),
                Map.of("RUSTFLAGS", "-Clink-arg=-Wl,--export-dynamic-symbol=otel_thread_ctx_v1"));
        assumeTrue(cargo.code() == 0, () -> "not run: the crate libdd-otel-thread-ctx cannot be built: " + cargo.err());
        return target.resolve("debug/context-writer");
    }

    @Test
    void aJvmWithDatadogsProfiler() throws IOException {
        Optional<Path> agent = agent();
        assumeTrue(
                agent.isPresent(),
                "not run: there is no com.datadoghq:dd-java-agent in ~/.m2; get one by"
                        + " mvn dependency:get -Dartifact=com.datadoghq:dd-java-agent:1.68.1 -Dtransitive=false");
        Path library = unpack(agent.orElseThrow());
        assumeTrue(
                Run.of(List.of("nm", "-D", library.toString())).out().contains("otel_thread_ctx_v1"),
                () -> "not run: the library of " + agent + " does not publish");

        Map<String, String> spans = Lookups.spans(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        folder.resolve("classes").toString(),
                        PROGRAMS.resolve("ContextWriter.java").toString(),
                        library.toString()),
                folder);

        assertThat(spans).isEqualTo(Map.of("before", "", "within", "bb".repeat(8), "other", "", "after", ""));
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
