// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.cli.CommandFailure;
import dev.renacer.tracer.output.CallSelection.Ending;
import dev.renacer.tracer.output.notation.TextDetail;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may stand behind -e, in strace's grammar. */
class QualifiersTest {
    private static final int SIGIO = 29;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "all                | SUCCESSFUL FAILED UNFINISHED UNAVAILABLE DETACHED",
                "none               | ",
                "!none              | SUCCESSFUL FAILED UNFINISHED UNAVAILABLE DETACHED",
                "!all               | ",
                "!!failed           | FAILED",
                "failed,detached    | FAILED DETACHED",
                "!failed,detached   | SUCCESSFUL UNFINISHED UNAVAILABLE",
                "unavailable        | UNAVAILABLE",
            })
    void endings(String list, String expected) {
        Set<Ending> endings = options("status=" + list).selection().endings();

        assertThat(endings.stream().sorted().map(Ending::name))
                .containsExactlyElementsOf(expected == null ? List.of() : List.of(expected.split(" ")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SIGIO", "io", "IO", "sigio", "29", "!!29"})
    void aSignalInAllItsSpellings(String word) {
        assertThat(options("signal=" + word).selection().signals()).containsExactly(SIGIO);
        assertThat(options("s=!" + word).selection().signals()).hasSize(63).doesNotContain(SIGIO);
    }

    @Test
    void signalsAreOneSet() {
        assertThat(options("signals=hup,SIGRTMIN,rt_1,9").selection().signals())
                .containsExactlyInAnyOrder(1, 9, 32, 33);
        assertThat(options("signal=none").selection().signals()).isEmpty();
        assertThat(options("signal=all").selection().signals()).hasSize(64);
        assertThat(options("signal=none", "signal=int").selection().signals()).containsExactly(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "signal=segvv     | 'segvv' is not a signal, did you mean 'SIGSEGV'?",
                "signal=65        | '65' is not a signal; give names or numbers from 1 to 64",
                "signal=          | '' is not a signal",
                "signal=int,,term | '' is not a signal",
                "status=fine      | 'fine' is unknown; there are successful, failed, unfinished, unavailable, detached",
                "status=none,all  | 'none' is unknown",
                "read=x           | 'x' is not a descriptor; give numbers, as in -e read=0,3",
                "raw=opennat      | unknown system call 'opennat', did you mean 'openat'?",
                "trce=open        | unknown qualifier 'trce=' in -e, did you mean 'trace='?",
                "what=1           | there are trace=, status=, signal=, fd=, read=, write=, raw=, abbrev=",
                "inject=read      | -e inject= is not there: renacer changes nothing of what a program does",
                "fault=read       | -e fault= is not there: renacer changes nothing of what a program does",
                "kvm=vcpu         | -e kvm= is not there",
                "decode-fds=path  | -e decode-fds= is not there: give -y for paths, or -yy",
                "verbose=none     | -e raw=SET shows arguments as numbers",
                "quiet=exit       | -e quiet= is not there",
            })
    void whatCannotBeUnderstoodIsTold(String expression, String message) {
        SelectionOptions options = options(expression);

        assertThatThrownBy(() -> {
                    options.filter();
                    options.selection();
                    options.form(TextDetail.DEFAULT);
                })
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining(message);
    }

    @Test
    void aQualifierMayBeShort() {
        assertThat(options("t=read", "w=1", "r=3", "x=read").filter()).isNotNull();
        assertThat(options("w=!1").dumps()).isTrue();
        assertThat(options("/^open=?/").filter()).isNotNull();
    }

    private static SelectionOptions options(String... expressions) {
        SelectionOptions options = new SelectionOptions();
        options.expressions = List.of(expressions);
        return options;
    }
}
