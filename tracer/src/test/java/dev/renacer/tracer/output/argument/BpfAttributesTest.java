// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import static dev.renacer.tracer.CallFixture.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.output.ArgumentFormatter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Lines of strace 6.1 about bpf(2), and about calls that take few things. */
class BpfAttributesTest {
    private static final long ADDRESS = 0x1000;

    private static String text(CallFixture call) {
        StringBuilder out = new StringBuilder();
        ArgumentFormatter.arguments(out, call.build());
        return out.toString();
    }

    private static CallFixture bpf(int command, Struct attributes) {
        byte[] bytes = attributes.bytes();
        return call("bpf").args(command, ADDRESS, bytes.length).bytes(1, bytes, false);
    }

    private static CapturedData pointed(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return new CapturedData(1, Part.ELEMENT, 0, false, bytes, false, 0);
    }

    @Test
    void asManyFieldsAsTheProgramGives() {
        assertThat(text(bpf(0, new Struct().u32(2, 4, 8, 16))))
                .isEqualTo("BPF_MAP_CREATE, {map_type=BPF_MAP_TYPE_ARRAY, key_size=4, value_size=8, max_entries=16},"
                        + " 16");
        assertThat(text(bpf(
                        0, new Struct().u32(1, 4, 8, 16, 5, 3, -1).text("name").at(44))))
                .isEqualTo("BPF_MAP_CREATE, {map_type=BPF_MAP_TYPE_HASH, key_size=4, value_size=8, max_entries=16,"
                        + " map_flags=BPF_F_NO_PREALLOC|BPF_F_NUMA_NODE, inner_map_fd=3,"
                        + " numa_node=4294967295 /* NUMA_NO_NODE */, map_name=\"name\"}, 44");
    }

    @Test
    void elementsOfMaps() {
        assertThat(text(bpf(1, new Struct().u32(3, 0).u64(0x10, 0x20))))
                .isEqualTo("BPF_MAP_LOOKUP_ELEM, {map_fd=3, key=0x10, value=0x20}, 24");
        assertThat(text(bpf(2, new Struct().u32(3, 0).u64(0x10, 0, 1))))
                .isEqualTo("BPF_MAP_UPDATE_ELEM, {map_fd=3, key=0x10, value=NULL, flags=BPF_NOEXIST}, 32");
        assertThat(text(bpf(3, new Struct().u32(3, 0).u64(0x10))))
                .isEqualTo("BPF_MAP_DELETE_ELEM, {map_fd=3, key=0x10}, 16");
    }

    @Test
    void namesThatAreSomewhereElse() {
        assertThat(text(bpf(6, new Struct().u64(0x10).u32(3, 0))
                        .data(pointed("/sys/fs/bpf/a-map-with-a-long-name\0rest"))))
                .isEqualTo(
                        "BPF_OBJ_PIN, {pathname=\"/sys/fs/bpf/a-map-with-a-long-name\", bpf_fd=3, file_flags=0}, 16");
        assertThat(text(bpf(5, new Struct().u32(1, 2).u64(0x10, 0x20).at(48)).data(pointed("GPL\0"))))
                .isEqualTo("BPF_PROG_LOAD, {prog_type=BPF_PROG_TYPE_SOCKET_FILTER, insn_cnt=2, insns=0x10,"
                        + " license=\"GPL\", log_level=0, log_size=0, log_buf=NULL, kern_version=KERNEL_VERSION(0, 0, 0),"
                        + " prog_flags=0}, 48");
        assertThat(text(bpf(7, new Struct().u64(0x10).u32(0)))).startsWith("BPF_OBJ_GET, {pathname=0x10, bpf_fd=0}");
    }

    @Test
    void whatTheCallChangesAndWhatIsNotKnown() {
        byte[] after = new Struct().u32(3, 7, 0).bytes();
        assertThat(text(bpf(11, new Struct().u32(3, 0, 0)).written(1, after, false)))
                .isEqualTo("BPF_PROG_GET_NEXT_ID, {start_id=3, next_id=0 => 7, open_flags=0}, 12");
        assertThat(text(bpf(22, new Struct().u32(3, 0, 1)))).isEqualTo("BPF_MAP_FREEZE, {map_fd=3, ...}, 12");
        assertThat(text(bpf(99, new Struct().u32(3)))).isEqualTo("0x63 /* BPF_??? */, 0x1000, 4");
        assertThat(text(call("bpf").args(22, ADDRESS, 5000).bytes(1, new byte[4096], true)))
                .isEqualTo("BPF_MAP_FREEZE, 0x1000, 5000");
    }

    @Test
    void fieldsThatWereNotReadAreNoFields() {
        byte[] half = new Struct().u32(3, 0).bytes();
        assertThat(text(call("bpf").args(1, ADDRESS, 24).bytes(1, half, true)))
                .isEqualTo("BPF_MAP_LOOKUP_ELEM, 0x1000, 24");
    }

    @Test
    void pagesThatAreInMemory() {
        assertThat(text(call("mincore").args(0x10000, 8193, ADDRESS).written(2, new byte[] {1, 0, 3, 1}, false)))
                .isEqualTo("0x10000, 8193, [1, 0, 1]");
        assertThat(text(call("mincore").args(0x10000, 1 << 20, ADDRESS).written(2, new byte[] {1, 0}, true)))
                .isEqualTo("0x10000, 1048576, [1, 0, ...]");
    }

    @Test
    void aSegmentThatIsGiven() {
        byte[] segment = new Struct().u32(1, 0x1000, 0xfffff, 0x51).bytes();
        StringBuilder out = new StringBuilder();
        var given =
                call("modify_ldt").args(1, ADDRESS, 16).bytes(1, segment, false).returns(0xffff_ffeaL);
        assertThat(text(given))
                .isEqualTo("1, {entry_number=1, base_addr=0x001000, limit=0x0fffff, seg_32bit=1, contents=0,"
                        + " read_exec_only=0, limit_in_pages=1, seg_not_present=0, useable=1, lm=0}, 16");
        ArgumentFormatter.result(out, given.build());
        assertThat(out).hasToString("4294967274 EINVAL (Invalid argument)");
    }
}
