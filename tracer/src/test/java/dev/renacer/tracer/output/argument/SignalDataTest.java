// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import static dev.renacer.tracer.CallFixture.call;
import static dev.renacer.tracer.output.argument.DataLines.ADDRESS;
import static dev.renacer.tracer.output.argument.DataLines.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.syscall.Abi;
import org.junit.jupiter.api.Test;

/** The end of a child, sets of signals and their handlers, as strace 6.1 writes them. */
class SignalDataTest {
    @Test
    void theStatusOfAChild() {
        assertThat(status(0x0300)).isEqualTo("[{WIFEXITED(s) && WEXITSTATUS(s) == 3}]");
        assertThat(status(9)).isEqualTo("[{WIFSIGNALED(s) && WTERMSIG(s) == SIGKILL}]");
        assertThat(status(0x8b)).isEqualTo("[{WIFSIGNALED(s) && WTERMSIG(s) == SIGSEGV && WCOREDUMP(s)}]");
        assertThat(status(0x137f)).isEqualTo("[{WIFSTOPPED(s) && WSTOPSIG(s) == SIGSTOP}]");
        assertThat(status(0xffff)).isEqualTo("[{WIFCONTINUED(s)}]");
    }

    @Test
    void setsOfSignalsByTheLesserPart() {
        assertThat(mask(0x4002)).isEqualTo("[INT TERM]");
        assertThat(mask(0)).isEqualTo("[]");
        assertThat(mask(-1)).isEqualTo("~[]");
        assertThat(mask(~0x1_8000_0000L)).isEqualTo("~[RTMIN RT_1]");
        assertThat(mask(1L << 33)).isEqualTo("[RT_2]");
    }

    @Test
    void theHandlerOfASignal() {
        byte[] action = new Struct().u64(0x1234, 0x1400_0004L, 0x7f00, 1).bytes();
        byte[] before = new Struct().u64(1, 0, 0, 0).bytes();
        assertThat(text(call("rt_sigaction")
                        .args(10, ADDRESS, ADDRESS, 8)
                        .bytes(1, action, false)
                        .written(2, before, false)))
                .isEqualTo("SIGUSR1, {sa_handler=0x1234, sa_mask=[HUP], sa_flags=SA_RESTORER|SA_RESTART|SA_SIGINFO,"
                        + " sa_restorer=0x7f00}, {sa_handler=SIG_IGN, sa_mask=[], sa_flags=0}, 8 = 0");
        assertThat(text(call(Abi.I386, "rt_sigaction")
                        .args(10, ADDRESS, 0, 8)
                        .bytes(1, new Struct().u32(0, 0, 0).u64(2).bytes(), false)))
                .isEqualTo("SIGUSR1, {sa_handler=SIG_DFL, sa_mask=[INT], sa_flags=0}, NULL, 8 = 0");
    }

    private static String status(int status) {
        String text = text(call("wait4")
                .args(-1, ADDRESS, 0, 0)
                .written(1, new Struct().u32(status).bytes(), false)
                .returns(5));
        return text.substring("-1, ".length(), text.indexOf(", 0, NULL"));
    }

    private static String mask(long set) {
        String text = text(call("rt_sigprocmask")
                .args(0, ADDRESS, 0, 8)
                .bytes(1, new Struct().u64(set).bytes(), false));
        return text.substring("SIG_BLOCK, ".length(), text.indexOf(", NULL"));
    }
}
