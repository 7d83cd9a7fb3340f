// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import static dev.renacer.tracer.CallFixture.call;
import static dev.renacer.tracer.CallFixture.unknown;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.syscall.Abi;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentFormatterTest {
    @Test
    void writesPathsDescriptorsFlagsAndModes() {
        assertThat(text(call("openat")
                        .args(-100, 0x1000, 0x80000, 0777)
                        .string(1, "/etc/ld.so.cache")
                        .returns(3)))
                .isEqualTo("AT_FDCWD, \"/etc/ld.so.cache\", 0x80000 = 3");
        assertThat(text(call("openat")
                        .args(4, 0x1000, 0x41, 0644)
                        .string(1, "a")
                        .returns(3)))
                .isEqualTo("4, \"a\", 0x41, 0644 = 3");
        assertThat(text(call("mkdir").args(0x1000, 0).string(0, "/d"))).isEqualTo("\"/d\", 000 = 0");
    }

    @Test
    void writesNumbersAsTheirTypesAre() {
        assertThat(text(call("lseek").args(3, -5, 2).returns(-1))).isEqualTo("3, -5, 2 = -1");
        assertThat(text(call("read").args(0xffff_ffffL, 0, -1).fails(9)))
                .isEqualTo("-1, NULL, 18446744073709551615 = -1 EBADF (Bad file descriptor)");
        assertThat(text(call("close_range").args(3, 0xffff_ffffL, 0))).isEqualTo("3, 4294967295, 0 = 0");
        assertThat(text(call("chown").args(0x10, 0xffff_ffffL, 5).string(0, "f")))
                .isEqualTo("\"f\", -1, 5 = 0");
        assertThat(text(call("kill").args(-7, 15))).isEqualTo("-7, SIGTERM = 0");
        assertThat(text(call("getpid").returns(7))).isEqualTo(" = 7");
    }

    @Test
    void writesAddressesInHexadecimal() {
        assertThat(text(call("mmap").args(0, 8192, 3, 0x22, -1, 0).returns(0x7f47_a1d1_b000L)))
                .isEqualTo("NULL, 8192, 0x3, 0x22, -1, 0 = 0x7f47a1d1b000");
        assertThat(text(call("brk").args(0).returns(0x55ef_7ba8_3000L))).isEqualTo("NULL = 0x55ef7ba83000");
        assertThat(text(call("umask").args(077).returns(022))).isEqualTo("077 = 022");
    }

    @Test
    void writesResultsAsStraceDoes() {
        assertThat(result(call("open").fails(2))).isEqualTo("-1 ENOENT (No such file or directory)");
        assertThat(result(call("read").fails(512))).isEqualTo("? ERESTARTSYS (To be restarted if SA_RESTART is set)");
        assertThat(result(call("exit_group").unfinished())).isEqualTo("?");
        assertThat(result(call("read").fails(4000))).isEqualTo("-1 E4000 (Unknown error 4000)");
    }

    @Test
    void writesI386CallsInTheirOwnWidth() {
        assertThat(text(call(Abi.I386, "mmap2")
                        .args(0, 8192, 3, 0x22, 0xffff_ffffL, 0)
                        .returns(0xffff_ffff_f7fb_f000L)))
                .isEqualTo("NULL, 8192, 0x3, 0x22, -1, 0 = 0xf7fbf000");
        assertThat(text(call(Abi.I386, "lseek").args(3, 0xffff_fffbL, 1).returns(5)))
                .isEqualTo("3, -5, 1 = 5");
    }

    @Test
    void anUnknownCallShowsAllSixRegisters() {
        assertThat(text(unknown(500).args(1, 2, 3, 4, 5, 0x1f).fails(38)))
                .isEqualTo("0x1, 0x2, 0x3, 0x4, 0x5, 0x1f = -1 ENOSYS (Function not implemented)");
    }

    @Test
    void aStringThatWasNotReadIsItsAddress() {
        assertThat(text(call("chdir").args(0).fails(14))).isEqualTo("NULL = -1 EFAULT (Bad address)");
        assertThat(text(call("chdir").args(0xdead).unreadable(0).fails(14)))
                .isEqualTo("0xdead = -1 EFAULT (Bad address)");
        assertThat(text(call("chdir").args(0x1000))).isEqualTo("0x1000 = 0");
    }

    @Test
    void aCutStringSaysSo() {
        assertThat(text(call("chdir").args(1).bytes(0, "/very".getBytes(StandardCharsets.UTF_8), true)))
                .isEqualTo("\"/very\"... = 0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "2f61 \"/a\"",
                "22 \"\\\"\"",
                "5c \"\\\\\"",
                "0a090d0c0b \"\\n\\t\\r\\f\\v\"",
                "1b5b \"\\33[\"",
                "01 \"\\1\"",
                "0131 \"\\0011\"",
                "0139 \"\\0019\"",
                "1b37 \"\\0337\"",
                "7f \"\\177\"",
                "c3a9 \"\\303\\251\"",
                "ff \"\\377\"",
            },
            quoteCharacter = '`')
    void escapesAllThatIsNotPrintableAscii(String hex, String quoted) {
        StringBuilder out = new StringBuilder();

        ArgumentFormatter.quoted(out, HexFormat.of().parseHex(hex));

        assertThat(out).hasToString(quoted);
    }

    private static String text(CallFixture call) {
        StringBuilder out = new StringBuilder();
        ArgumentFormatter.arguments(out, call.build());
        out.append(" = ");
        ArgumentFormatter.result(out, call.build());
        return out.toString();
    }

    private static String result(CallFixture call) {
        StringBuilder out = new StringBuilder();
        ArgumentFormatter.result(out, call.build());
        return out.toString();
    }
}
