// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import static dev.renacer.tracer.CallFixture.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.ArgumentFormatter;
import dev.renacer.tracer.output.notation.TextDetail;
import org.junit.jupiter.api.Test;

/** Descriptors whose numbers stand in data have their names there, as strace writes them with -y. */
class NamedNumbersTest {
    private static final long ADDRESS = 0x1000;
    private static final TextDetail NAMED =
            TextDetail.DEFAULT.naming((out, number) -> out.append(number == 3 ? "</three>" : ""));

    private static String text(CallFixture call) {
        StringBuilder out = new StringBuilder();
        ArgumentFormatter.arguments(out, call.build(), NameWriter.NONE, NAMED);
        ArgumentFormatter.result(out.append(" = "), call.build(), NAMED);
        return out.toString();
    }

    @Test
    void whatACallHasMade() {
        assertThat(text(call("pipe2")
                        .args(ADDRESS, 0)
                        .written(0, new Struct().u32(3, 4).bytes(), false)))
                .isEqualTo("[3</three>, 4], 0 = 0");
        assertThat(text(call("socketpair")
                        .args(1, 1, 0, ADDRESS)
                        .written(3, new Struct().u32(4, 3).bytes(), false)))
                .isEqualTo("AF_UNIX, SOCK_STREAM, 0, [4, 3</three>] = 0");
    }

    @Test
    void whatIsWaitedForButNotAgainWhatBecameReady() {
        byte[] before = new Struct().u32(3).u16(1, 0).bytes();
        byte[] after = new Struct().u32(3).u16(1, 1).bytes();
        assertThat(text(call("poll")
                        .args(ADDRESS, 1, 0)
                        .bytes(0, before, false)
                        .written(0, after, false)
                        .returns(1)))
                .isEqualTo("[{fd=3</three>, events=POLLIN}], 1, 0 = 1 ([{fd=3, revents=POLLIN}])");
        byte[] set = new Struct().u64(0x28).bytes();
        byte[] ready = new Struct().u64(8).bytes();
        assertThat(text(call("select")
                        .args(6, ADDRESS, 0, 0, 0)
                        .bytes(1, set, false)
                        .written(1, ready, false)
                        .returns(1)))
                .isEqualTo("6, [3</three> 5], NULL, NULL, NULL = 1 (in [3])");
    }

    @Test
    void cpusAreNoDescriptors() {
        byte[] set = new Struct().u64(8).bytes();
        assertThat(text(call("sched_setaffinity").args(0, 8, ADDRESS).bytes(2, set, false)))
                .isEqualTo("0, 8, [3] = 0");
    }

    @Test
    void whatIsSentToAnotherProcess() {
        byte[] header = new Struct().u64(0, 0, 0, 0, ADDRESS, 24, 0).bytes(56);
        byte[] rights = new Struct().u64(24).u32(1, 1, 3, 4).bytes();
        assertThat(text(call("sendmsg")
                        .args(4, ADDRESS, 0)
                        .bytes(1, header, false)
                        .data(new CapturedData(1, Part.CONTROL, 0, false, rights, false, 0))))
                .contains("cmsg_type=SCM_RIGHTS, cmsg_data=[3</three>, 4]");
    }

    @Test
    void fieldsOfStructs() {
        byte[] map = new Struct().u32(3, 0).u64(0x10, 0x20).bytes();
        assertThat(text(call("bpf").args(1, ADDRESS, map.length).bytes(1, map, false)))
                .startsWith("BPF_MAP_LOOKUP_ELEM, {map_fd=3</three>, key=0x10");
        byte[] range = new Struct().u64(3, 1, 2, 4).bytes();
        assertThat(text(call("ioctl").args(5, 0x4020940dL, ADDRESS).bytes(2, range, false)))
                .startsWith("5, BTRFS_IOC_CLONE_RANGE or FICLONERANGE, {src_fd=3</three>, src_offset=1");
    }
}
