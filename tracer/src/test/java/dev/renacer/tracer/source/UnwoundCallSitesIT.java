// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an unwinder can do to a trace: nothing but leave lines unknown. */
class UnwoundCallSitesIT {
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Path REAL =
            Path.of("../native/target/renacer-symbolize").toAbsolutePath().normalize();

    @TempDir
    Path folder = Path.of("");

    private final Stacks stacks = new Stacks();
    private String maps = "";
    private long code;

    @BeforeEach
    void lookAtOneself() throws IOException {
        maps = Files.readString(Path.of("/proc/self/maps"));
        String library = maps.lines()
                .filter(line -> line.contains(" r-xp ") && line.contains("/libc.so"))
                .findFirst()
                .orElse("");
        assumeThat(library).as("a C library of this name").isNotEmpty();
        code = Long.parseLong(library.substring(0, library.indexOf('-')), 16) + 0x4000;
    }

    @ParameterizedTest
    @ValueSource(strings = {"exec /bin/sleep 1000", "exit 1", "kill -9 $$", "printf rubbish >&3; exec /bin/sleep 1000"})
    void oneThatDoesNotDoItsWorkIsReplacedAndGivenUpInTheEnd(String script) throws IOException {
        Path program = Files.writeString(folder.resolve("unwinder"), "#!/bin/sh\n" + script + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        try (UnwoundCallSites sites = new UnwoundCallSites(program, SHORT)) {
            stacks.mapped(maps, sites::mapped);
            for (int call = 0; call < 10; call++) {
                assertThat(locate(sites, call)).isEmpty();
            }

            assertThat(sites.counts()).isEqualTo(new SourceCounts(0, 0, 10, 2));
        }
    }

    @Test
    void oneThatCannotBeStartedCostsLinesOnly() {
        try (UnwoundCallSites sites = new UnwoundCallSites(folder.resolve("missing"), SHORT)) {
            stacks.mapped(maps, sites::mapped);
            assertThat(locate(sites, 0)).isEmpty();
            assertThat(sites.counts().failed()).isEqualTo(1);
        }
    }

    @Test
    void aKilledOneCostsTheCallThatFindsOut() {
        try (UnwoundCallSites sites = new UnwoundCallSites(REAL, LONG)) {
            stacks.mapped(maps, sites::mapped);
            locate(sites, 0);
            assertThat(sites.counts()).isEqualTo(new SourceCounts(0, 1, 0, 0));
            ProcessHandle.of(sites.unwinderPid()).orElseThrow().destroyForcibly();
            locate(sites, 16);
            assertThat(sites.counts().failed()).isEqualTo(1);
            locate(sites, 32);
            assertThat(sites.counts()).isEqualTo(new SourceCounts(0, 2, 1, 1));
        }
    }

    private Optional<SourceLocation> locate(UnwoundCallSites sites, int offset) {
        return stacks.call(code + offset, new long[64], sites::locate);
    }
}
