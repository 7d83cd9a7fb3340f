// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck.proc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.stuck.proc.TcpConnections.Timer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Files of /proc, as kernels write them. */
class ProcTextTest {
    @Test
    void statusHasTheNumbersOfTheInnermostNamespaceAndTheSwitches() {
        ThreadStatus status = ThreadStatus.parse("""
                Name:\ta b
                State:\tD (disk sleep)
                Tgid:\t100
                Pid:\t101
                PPid:\t1
                TracerPid:\t7
                NStgid:\t100\t8
                NSpid:\t101\t9
                voluntary_ctxt_switches:\t40
                nonvoluntary_ctxt_switches:\t2
                """);

        assertThat(status).isEqualTo(new ThreadStatus("a b", 'D', 100, 1, 7, 9, 8, 40, 2));
        assertThat(status.switches()).isEqualTo(42);
    }

    @Test
    void statusOfAKernelWithoutNamespacesHasThePlainNumbers() {
        assertThat(ThreadStatus.parse("Tgid:\t5\nPid:\t6\n").innerTid()).isEqualTo(6);
        assertThat(ThreadStatus.parse("").state()).isEqualTo('?');
    }

    @Test
    void syscallIsACallOrWhyThereIsNone() {
        assertThat(ThreadCall.parse("230 0x0 0x1 0x2 0x3 0x4 0xffffffffffffffff 0x7ffc1def72e8 0x7f90573ff503\n"))
                .isEqualTo(new ThreadCall.Sleeping(
                        230, List.of(0L, 1L, 2L, 3L, 4L, -1L), 0x7ffc1def72e8L, 0x7f90573ff503L));
        assertThat(ThreadCall.parse("running\n")).isEqualTo(new ThreadCall.Running());
        assertThat(ThreadCall.parse("-1 0x7ffc1def72e8 0x7f90573ff503\n")).isEqualTo(new ThreadCall.Outside());
        assertThat(ThreadCall.parse("")).isEqualTo(new ThreadCall.Unknown());
        assertThat(ThreadCall.parse("230 a b c d e f g h")).isEqualTo(new ThreadCall.Unknown());
    }

    @Test
    void aThreadThatReturnsToNoProgramIsInNoCall() {
        assertThat(ThreadCall.parse("0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0\n"))
                .as("a thread of the kernel")
                .isEqualTo(new ThreadCall.Outside());
        assertThat(ThreadCall.parse("426 0x4 0x1 0x1 0x1 0x0 0x8 0x0 0x0\n"))
                .as("a worker of io_uring, with the registers of its creator")
                .isEqualTo(new ThreadCall.Outside());
    }

    @Test
    void schedSaysInNanosecondsWhenAThreadLastRan() {
        assertThat(ThreadSample.lastRan(
                        "cat (1, #threads: 1)\nse.exec_start   :   13410130.312718\nse.vruntime : 1.0\n"))
                .hasValue(13_410_130_312_718L);
        assertThat(ThreadSample.lastRan("se.exec_start : 0.000000\n")).isEmpty();
        assertThat(ThreadSample.lastRan("")).isEmpty();
    }

    @Test
    void aNameMayLookLikeTheFieldsBehindIt() {
        String rest = " S 1 " + "0 ".repeat(34) + "3 0 0"; // state, parent, …, the CPU
        assertThat(ThreadSample.cpu("9 (a) R (b)" + rest)).hasValue(3);
        assertThat(ProcessList.entry(9, "9 (a) R (b)" + rest)).hasValue(new ProcessList.Entry(9, 1, 'S', "a) R (b"));
        assertThat(ProcessList.entry(9, "9 (a")).isEmpty();
    }

    @Test
    void stackHasTheFunctionsOfTheKernel() {
        assertThat(ThreadSample.kernelStack("[<0>] hrtimer_nanosleep+0xb5/0x130\n[<0>] common_nsleep+0x30/0x60\n"))
                .containsExactly("hrtimer_nanosleep", "common_nsleep");
    }

    @Test
    void tcpHasWhatIsInFlightAndBothEnds() {
        TcpConnections all = TcpConnections.ofTable("""
                  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
                   0: 0100007F:DC34 0100007F:1538 01 00000008:00000000 01:000000E8 00000004     0        0 41 2 0 326 0 0 1 -1
                   1: 0100007F:1538 0100007F:DC34 08 00000000:0000000A 00:00000000 00000000     0        2 42 2 0 20 0 0 10 -1
                   2: garbage
                """);

        TcpConnections.Row row = all.find(41).orElseThrow();
        assertThat(row.state()).isEqualTo("ESTABLISHED");
        assertThat(row.unacknowledged()).isEqualTo(8);
        assertThat(row.timer()).isEqualTo(Timer.RETRANSMIT);
        assertThat(row.retransmits()).isEqualTo(4);
        assertThat(all.peer(row)).hasValueSatisfying(peer -> {
            assertThat(peer.inode()).isEqualTo(42);
            assertThat(peer.state()).isEqualTo("CLOSE_WAIT");
            assertThat(peer.unread()).isEqualTo(10);
            assertThat(peer.probes()).isEqualTo(2);
        });
    }
}
