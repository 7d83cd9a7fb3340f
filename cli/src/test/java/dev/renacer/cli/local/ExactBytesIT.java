// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any bytes as environment, arguments and working directory arrive in a program run by {@code bin/renacer} as without it. */
class ExactBytesIT {
    private static final Path EXACT = Launchers.compiled("native/src/test/programs/exact.c");
    /** MAX_ARG_STRLEN of linux/binfmts.h, less the NUL. */
    private static final int LONGEST_STRING = (1 << 17) - 1;

    /** Removed by rm: Java cannot name every file in it. */
    private final Path folder = made();

    private static Path made() {
        try {
            return Files.createTempDirectory("renacer-exact");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void remove() {
        Run.of(List.of("rm", "-rf", folder.toString()));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void arbitraryBytesArrive(long seed) throws IOException {
        Random random = new Random(seed);
        List<String> environment = new ArrayList<>(IntStream.range(0, random.nextInt(60))
                .mapToObj(_ -> bytes(random, 40))
                .toList());
        environment.addAll(List.of(
                "discovery.type=single-node",
                "BASH_FUNC_greet%%=() {  echo \"hi\"\n}",
                "DUPLICATE=1",
                "DUPLICATE=2",
                "no equals sign",
                "=nameless",
                "",
                "PWD=/somewhere/else",
                "OLDPWD",
                "SHLVL=7",
                "_=/somewhere/tool",
                "JAVA_TOOL_OPTIONS=-javaagent:/nonexistent.jar",
                "JDK_JAVA_OPTIONS=--nonsense",
                "_JAVA_OPTIONS=-Xmx1m",
                "CLASSPATH=/nonexistent",
                "JAVA_HOME=/nonexistent",
                "MALLOC_ARENA_MAX=1",
                "MALLOC_PERTURB_=165",
                "GLIBC_TUNABLES=glibc.malloc.check=3",
                "LC_ALL=tlh_KX.UTF-8",
                "TMPDIR=/nonexistent"));
        Collections.shuffle(environment, random);
        List<String> arguments = IntStream.range(0, random.nextInt(20))
                .mapToObj(_ -> bytes(random, 60))
                .toList();
        assertArrivesUnchanged(bytes(random, 30).replace('/', '.') + ".", arguments, environment);
    }

    @Test
    void aHundredThousandVariablesArrive() throws IOException {
        assertArrivesUnchanged(
                "d",
                List.of(),
                IntStream.range(0, 100_000).mapToObj(i -> "V" + i + "=").toList());
    }

    @Test
    void theLongestStringsArrive() throws IOException {
        String longest = "\u00e9".repeat(LONGEST_STRING);
        assertArrivesUnchanged("d", List.of(longest, "", longest), List.of(longest, "A=" + longest.substring(2)));
    }

    @Test
    void asMuchArrivesAsExecveTakes() throws IOException {
        // A quarter of the stack's limit of 8 MiB, less what bin/renacer's own words and the pointers to all of them
        // take.
        int left = (1 << 21) - 1_000 - folder.toString().length();
        List<String> environment = new ArrayList<>();
        while (left > 0) {
            int length = Math.min(LONGEST_STRING, left - 9);
            environment.add("x".repeat(Math.max(0, length)));
            left -= length + 9;
        }
        assertArrivesUnchanged("d", List.of(), environment);
    }

    @Test
    void anEmptyEnvironmentArrives() throws IOException {
        assertArrivesUnchanged("d", List.of("", "\n", " "), List.of());
    }

    private void assertArrivesUnchanged(String directory, List<String> arguments, List<String> environment)
            throws IOException {
        Path file = folder.resolve("given");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes((arguments.size() + " " + environment.size() + "\n").getBytes(StandardCharsets.US_ASCII));
        Stream.of(List.of(folder + "/" + directory), arguments, environment)
                .flatMap(List::stream)
                .forEach(text -> {
                    out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
                    out.write(0);
                });
        Files.write(file, out.toByteArray());
        List<String> run = List.of("prlimit", "--stack=8388608", EXACT.toString(), "run", file.toString());
        List<String> tell = List.of(EXACT.toString(), "tell");
        Run alone = Run.of(joined(List.of(run, tell)));
        assertThat(alone.err()).isEmpty();
        assertThat(alone.out().getBytes(StandardCharsets.ISO_8859_1)).isEqualTo(out.toByteArray());
        Run traced = Run.of(joined(List.of(run, Launchers.command("renacer", List.of("-o", "/dev/null", "--")), tell)));
        assertThat(traced.err()).isEmpty();
        assertThat(traced.out()).isEqualTo(alone.out());
        assertThat(traced.code()).isZero();
    }

    /** Up to so many bytes, each a character; not NUL, which ends a string. */
    private static String bytes(Random random, int most) {
        return random.ints(random.nextInt(most), 1, 256)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static List<String> joined(List<List<String>> parts) {
        return parts.stream().flatMap(List::stream).toList();
    }
}
