// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An installed distribution in folders of any name, and one that is not whole. */
class OddPlacesIT {
    /** Lays out $H as an installed distribution, around the jars of this build. */
    private static final String INSTALL =
            "mkdir -p \"$H/bin\" \"$H/lib\" \"$H/libexec\" && ln -s \"$R/cli/target/dist/lib\" \"$H/lib/cli\" && "
                    + "cp \"$R/bin/renacer\" \"$R/bin/kubectl-renacer\" \"$H/bin\" && "
                    + "cp \"$R\"/libexec/find-jdk \"$R\"/libexec/*.jvm-options \"$R/native/target/librenacer.so\" "
                    + "\"$R/native/target/renacer-symbolize\" \"$H/libexec\"; ";

    private Path folder = Path.of("");

    @BeforeEach
    void make() throws IOException {
        folder = Files.createTempDirectory("renacer-places");
    }

    /** By rm: Java cannot name every file in it. */
    @AfterEach
    void remove() {
        Run.of(List.of("rm", "-rf", folder.toString()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "with space",
                "colon:here",
                "star*",
                "line\\nend",
                "jos\\303\\251",
                "bin",
                "\\042quotes\\047 \\134 #$(x) %%41"
            })
    void itRunsWhereverItLies(String name) {
        Run run = install(name, "\"$H/bin/renacer\" -s -o /dev/null -- sh -c 'exit 7'");
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isEqualTo(7);
    }

    /** Where Java itself resolves the library's name, and cannot read it. */
    @Test
    void inAFolderThatIsNoUtf8ItSaysWhatItCannotLoad() {
        Run run = install("\\377\\376", "\"$H/bin/renacer\" true");
        assertThat(run.errLines()).singleElement().asString().startsWith("renacer: cannot load the capture core");
        assertThat(run.code()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"with space", "colon:here", "star*"})
    void soDoesThePlugin(String name) {
        Run run = install(name, "JAVA_TOOL_OPTIONS=--no _JAVA_OPTIONS=-Xmx1m \"$H/bin/kubectl-renacer\" --help");
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
    }

    @Test
    void itIsFoundThroughLinks() {
        Run run = install(
                "home",
                "ln -s home/bin/renacer one; ln -s \"$PWD/one\" two; PATH=$PWD:$PATH two -o /dev/null -- sh -c 'exit 7'");
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rm \"$H/lib/cli\"", "rm \"$H/libexec/librenacer.so\""})
    void itSaysThatItIsNotBuilt(String removal) {
        Run run = install("home", removal + "; \"$H/bin/renacer\" true");
        assertThat(run.errLines()).containsExactly("renacer: not built yet; run: make build");
        assertThat(run.code()).isEqualTo(1);
    }

    @Test
    void itSaysThatThereIsNoJdk() {
        Run run = install(
                "home",
                "printf '#!/bin/sh\\necho \"renacer: no JDK\" >&2; exit 1\\n' >\"$H/libexec/find-jdk\"; \"$H/bin/renacer\" true");
        assertThat(run.errLines()).containsExactly("renacer: no JDK");
        assertThat(run.code()).isEqualTo(1);
    }

    private Run install(String name, String script) {
        return Run.of(
                List.of("sh", "-c", "cd \"$D\"; H=$D/$(printf '" + name + "'); " + INSTALL + script),
                Map.of("R", Launchers.repository().toString(), "D", folder.toString(), "LC_ALL", "C"));
    }
}
