// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ErrnoNamesTest {
    @Test
    void namesAnErrorAndGivesItsText() {
        assertThat(ErrnoNames.of(2)).isEqualTo(new ErrnoNames.Errno(2, "ENOENT", "No such file or directory"));
        assertThat(ErrnoNames.of(11).name()).isEqualTo("EAGAIN");
        assertThat(ErrnoNames.of(133).name()).isEqualTo("EHWPOISON");
    }

    @Test
    void namesWhatOnlyATracerSees() {
        assertThat(ErrnoNames.of(512))
                .isEqualTo(new ErrnoNames.Errno(512, "ERESTARTSYS", "To be restarted if SA_RESTART is set"));
        assertThat(ErrnoNames.isRestart(516)).isTrue();
        assertThat(ErrnoNames.isRestart(515)).isFalse();
    }

    @Test
    void keepsAnUnknownNumber() {
        assertThat(ErrnoNames.of(4000).name()).isEqualTo("E4000");
        assertThat(ErrnoNames.of(4000).text()).isEqualTo("Unknown error 4000");
    }

    @Test
    void namesSignalsAndTheirReasons() {
        assertThat(SignalNames.of(15)).isEqualTo("SIGTERM");
        assertThat(SignalNames.of(32)).isEqualTo("SIGRTMIN");
        assertThat(SignalNames.of(34)).isEqualTo("SIGRT_2");
        assertThat(SignalNames.of(99)).isEqualTo("99");
        assertThat(SignalNames.code(15, 0)).isEqualTo("SI_USER");
        assertThat(SignalNames.code(11, 1)).isEqualTo("SEGV_MAPERR");
        assertThat(SignalNames.code(17, 1)).isEqualTo("CLD_EXITED");
        assertThat(SignalNames.code(10, 77)).isEqualTo("0x4d");
    }
}
