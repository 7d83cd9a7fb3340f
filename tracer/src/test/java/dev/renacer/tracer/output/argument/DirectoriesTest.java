// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import static dev.renacer.tracer.CallFixture.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.output.ArgumentFormatter;
import dev.renacer.tracer.output.struct.Memory;
import dev.renacer.tracer.syscall.Abi;
import org.junit.jupiter.api.Test;

/** Lines of strace 6.1, without and with -v. */
class DirectoriesTest {
    private static final byte[] ENTRIES = new Struct()
            .u64(9_978_661, Long.MAX_VALUE)
            .u16(24)
            .u8(4)
            .text(".\0\0\0\0")
            .u64(-1, -2)
            .u16(32)
            .u8(8)
            .text("a\nlonger.name")
            .bytes();

    @Test
    void entriesAreCounted() {
        assertThat(text(call("getdents64").args(3, 0x1000, 32768).returns(144).data(count(6, false))))
                .isEqualTo("3, 0x1000 /* 6 entries */, 32768 = 144");
        assertThat(text(call(Abi.I386, "getdents")
                        .args(3, 0x1000, 24)
                        .returns(24)
                        .data(count(1, false))))
                .isEqualTo("3, 0x1000 /* 1 entries */, 24 = 24");
        assertThat(text(call("getdents64")
                        .args(3, 0x1000, 8 << 20)
                        .returns(4 << 20)
                        .data(count(40_000, true))))
                .startsWith("3, 0x1000 /* at least 40000 entries */");
        assertThat(text(call("getdents64").args(3, 0x1000, 32768).returns(144))).startsWith("3, 0x1000, 32768");
    }

    @Test
    void entriesAreWrittenWithAllTheirFields() {
        assertThat(entries(ENTRIES, false, false))
                .isEqualTo("[{d_ino=9978661, d_off=9223372036854775807, d_reclen=24, d_type=DT_DIR, d_name=\".\"},"
                        + " {d_ino=18446744073709551615, d_off=-2, d_reclen=32, d_type=DT_REG,"
                        + " d_name=\"a\\nlonger.name\"}]");
        assertThat(entries(ENTRIES, true, false)).endsWith("\"}, ...]");
        assertThat(entries(new Struct().u64(1, 2).u16(9).text("names").bytes(), false, false))
                .isEqualTo("[...]");
        assertThat(entries(new byte[0], false, false)).isEqualTo("[]");
    }

    @Test
    void ofAnOldCallTheTypeStandsBehindTheName() {
        byte[] entry = new Struct().u32(7, -1).u16(16).text("abc\0\0").u8(10).bytes();

        assertThat(entries(entry, false, true))
                .isEqualTo("[{d_ino=7, d_off=4294967295, d_reclen=16, d_name=\"abc\", d_type=DT_LNK}]");
    }

    private static String entries(byte[] bytes, boolean cut, boolean old) {
        StringBuilder out = new StringBuilder();
        Abi abi = old ? Abi.I386 : Abi.X86_64;
        Directories.entries(out, new Memory(bytes, 0, bytes.length, abi, old), cut, old);
        return out.toString();
    }

    private static CapturedData count(int count, boolean cut) {
        return new CapturedData(1, Part.COUNT, 0, true, new Struct().u32(count).bytes(), cut, 0);
    }

    private static String text(CallFixture fixture) {
        StringBuilder out = new StringBuilder();
        ArgumentFormatter.arguments(out, fixture.build());
        ArgumentFormatter.result(out.append(" = "), fixture.build());
        return out.toString();
    }
}
