// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import static dev.renacer.tracer.CallFixture.call;
import static dev.renacer.tracer.output.argument.DataLines.ADDRESS;
import static dev.renacer.tracer.output.argument.DataLines.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.syscall.Abi;
import org.junit.jupiter.api.Test;

/** What poll, select and epoll wait for and what became ready, as strace 6.1 writes it. */
class ReadinessDataTest {
    @Test
    void pollWithWhatBecameReady() {
        byte[] before = new Struct().u32(3).u16(1, 0).u32(4).u16(5, 0).bytes();
        byte[] after = new Struct().u32(3).u16(1, 0).u32(4).u16(5, 4).bytes();
        assertThat(text(call("poll")
                        .args(ADDRESS, 2, 10)
                        .bytes(0, before, false)
                        .written(0, after, false)
                        .returns(1)))
                .isEqualTo("[{fd=3, events=POLLIN}, {fd=4, events=POLLIN|POLLOUT}], 2, 10 = 1"
                        + " ([{fd=4, revents=POLLOUT}])");
        assertThat(text(call("poll")
                        .args(ADDRESS, 2, 10)
                        .bytes(0, before, false)
                        .written(0, before, false)))
                .endsWith(" = 0 (Timeout)");
        assertThat(text(call("poll").args(0, 0, 10))).isEqualTo("NULL, 0, 10 = 0 (Timeout)");
    }

    @Test
    void selectWithWhatBecameReadyAndTheTimeLeft() {
        assertThat(text(call("select")
                        .args(10, ADDRESS, ADDRESS, 0, ADDRESS)
                        .bytes(1, new Struct().u64(8).bytes(), false)
                        .bytes(2, new Struct().u64(0x30).bytes(), false)
                        .bytes(4, new Struct().u64(0, 1000).bytes(), false)
                        .written(1, new byte[8], false)
                        .written(2, new Struct().u64(0x10).bytes(), false)
                        .written(4, new Struct().u64(0, 998).bytes(), false)
                        .returns(1)))
                .isEqualTo(
                        "10, [3], [4 5], NULL, {tv_sec=0, tv_usec=1000} = 1 (out [4], left {tv_sec=0, tv_usec=998})");
    }

    @Test
    void epollEventsInTheLayoutOfTheAbi() {
        assertThat(text(call("epoll_ctl")
                        .args(7, 1, 3, ADDRESS)
                        .bytes(
                                3,
                                new Struct()
                                        .u32(0x8000_0001L)
                                        .u64(0x1234567890L)
                                        .bytes(),
                                false)))
                .isEqualTo("7, EPOLL_CTL_ADD, 3, {events=EPOLLIN|EPOLLET, data={u32=878082192, u64=78187493520}} = 0");
        assertThat(text(call(Abi.AARCH64, "epoll_ctl")
                        .args(7, 1, 3, ADDRESS)
                        .bytes(3, new Struct().u32(4, 0).u64(7).bytes(), false)))
                .isEqualTo("7, EPOLL_CTL_ADD, 3, {events=EPOLLOUT, data={u32=7, u64=7}} = 0");
        assertThat(text(call("epoll_ctl").args(7, 2, 3, ADDRESS).bytes(3, new byte[12], false)))
                .isEqualTo("7, EPOLL_CTL_DEL, 3, 0x1000 = 0");
        assertThat(text(call("epoll_wait")
                        .args(7, ADDRESS, 4, 0)
                        .written(1, new Struct().u32(4).u64(7).bytes(), false)
                        .returns(1)))
                .isEqualTo("7, [{events=EPOLLOUT, data={u32=7, u64=7}}], 4, 0 = 1");
    }
}
