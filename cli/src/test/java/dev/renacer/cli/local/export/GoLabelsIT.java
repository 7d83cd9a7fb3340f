// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A Go program says that the labels of its goroutines are the contexts of its threads. Compilers whose structures are
 * not known are said, and the tests not run with them.
 */
class GoLabelsIT {
    private static final Path SOURCE = Launchers.repository().resolve("cli/src/test/programs/go-labels");
    private static final Pattern VERSION = Pattern.compile("go version go1\\.(?<minor>[0-9]+)[. ]");
    private static final int OLDEST = 24;
    private static final int NEWEST = 26;
    private static final Map<String, String> EXPECTED = Map.of(
            "unannounced", "",
            "before", "",
            "within", "bb".repeat(8),
            "decimal", "bb".repeat(8),
            "half", "",
            "malformed", "",
            "inherited", "ff".repeat(8),
            "after", "");

    @TempDir
    Path folder = Path.of("");

    @Test
    void callsOfAGoroutineAreChildrenOfTheSpanInItsLabels() throws IOException {
        assertThat(Lookups.spans(List.of(build("0")), folder)).isEqualTo(EXPECTED);
    }

    @Test
    void alsoWhereTheProgramHasLostItsSymbols() throws IOException {
        assertThat(Lookups.spans(List.of(build("0", "-ldflags=-s -w")), folder)).isEqualTo(EXPECTED);
    }

    @Test
    void alsoWhereTheProgramIsLinkedWithTheCLibrary() throws IOException {
        assertThat(Lookups.spans(List.of(build("1", "-ldflags=-linkmode=external")), folder))
                .isEqualTo(EXPECTED);
    }

    @Test
    void ofSixteenGoroutinesWithAHundredRequestsEachNoCallIsMisplaced() throws IOException {
        List<String> lookups = Lookups.of(List.of(build("0"), "load"), folder).stream()
                .filter(line -> !line.contains("unannounced"))
                .toList();

        assertThat(lookups).hasSize(16 * 100 * 2);
        Lookups.assertNoneIsMisplaced(lookups);
    }

    /**
     * Builds the program.
     *
     * @param cgo CGO_ENABLED of {@code go build}
     * @return its path
     */
    private String build(String cgo, String... options) throws IOException {
        assumeTrue(
                System.getProperty("os.arch").equals("amd64"),
                "not run: on this processor the running goroutine is in no memory");
        Run version = Run.of(List.of("sh", "-c", "go version || true"));
        Matcher found = VERSION.matcher(version.out());
        assumeTrue(found.find(), "not run: there is no go");
        int minor = Integer.parseInt(found.group("minor"));
        assumeTrue(minor >= OLDEST && minor <= NEWEST, () -> "not run: not known to renacer: " + version.out());
        Path program = folder.resolve("go-labels");
        List<String> command =
                new ArrayList<>(List.of("go", "build", "-C", SOURCE.toString(), "-o", program.toString()));
        command.addAll(List.of(options));
        command.add(".");
        Run build = Run.of(
                command,
                Map.of("CGO_ENABLED", cgo, "GOFLAGS", "-buildvcs=false", "GOTOOLCHAIN", "local", "GOWORK", "off"));
        assertThat(build.code()).as(build.err()).isZero();
        return program.toString();
    }
}
