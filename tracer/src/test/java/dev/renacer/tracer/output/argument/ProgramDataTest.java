// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import static dev.renacer.tracer.CallFixture.call;
import static dev.renacer.tracer.output.argument.DataLines.ADDRESS;
import static dev.renacer.tracer.output.argument.DataLines.piece;
import static dev.renacer.tracer.output.argument.DataLines.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.output.notation.TextDetail.Hex;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The arguments and the environment of a program, and how much of them is shown. */
class ProgramDataTest {
    @Test
    void argumentsOfAProgramAndTheSizeOfItsEnvironment() {
        CallFixture execve = call("execve")
                .args(ADDRESS, ADDRESS, 0x2000)
                .string(0, "/bin/ls")
                .data(piece(1, Part.VECTOR, 0, new Struct().u64(0x11, 0x12).bytes()))
                .data(piece(1, Part.ELEMENT, 0, "ls".getBytes(StandardCharsets.UTF_8)))
                .data(piece(1, Part.ELEMENT, 1, "-l\n".getBytes(StandardCharsets.UTF_8)))
                .data(piece(2, Part.DATA, 0, new Struct().u32(23, 0).bytes()));
        assertThat(text(execve)).isEqualTo("\"/bin/ls\", [\"ls\", \"-l\\n\"], 0x2000 /* 23 vars */ = 0");
        assertThat(text(call("execve")
                        .args(ADDRESS, ADDRESS, 0)
                        .string(0, "x")
                        .data(piece(1, Part.VECTOR, 0, new Struct().u64(0x11, 8).bytes()))
                        .data(piece(1, Part.ELEMENT, 0, "a".repeat(40).getBytes(StandardCharsets.UTF_8)))
                        .data(new CapturedData(1, Part.ELEMENT, 1, false, new byte[0], false, 14))))
                .isEqualTo("\"x\", [\"" + "a".repeat(32) + "\"..., 0x8], NULL = 0");
    }

    @Test
    void theSizeOfAnEnvironmentIsExactOrSaysThatItIsNot() {
        CallFixture execve = call("execve").args(0, 0, 0x2000);
        assertThat(text(execve.data(
                        piece(2, Part.DATA, 0, new Struct().u32(1, 0).bytes()))))
                .isEqualTo("NULL, NULL, 0x2000 /* 1 var */ = 0");
        assertThat(text(call("execve")
                        .args(0, 0, 0x2000)
                        .data(piece(2, Part.DATA, 0, new Struct().u32(2, 14).bytes()))))
                .isEqualTo("NULL, NULL, 0x2000 /* 2 vars, unterminated */ = 0");
        byte[] many = new Struct().u32(8192, 0).bytes();
        assertThat(text(call("execve")
                        .args(0, 0, 0x2000)
                        .data(new CapturedData(2, Part.DATA, 0, false, many, true, 0))))
                .isEqualTo("NULL, NULL, 0x2000 /* at least 8192 vars */ = 0");
    }

    @Test
    void anEnvironmentThatWasReadIsShown() {
        assertThat(text(call("execve")
                        .args(0, 0, 0x2000)
                        .data(piece(
                                2, Part.VECTOR, 0, new Struct().u64(0x11, 0x12).bytes()))
                        .data(piece(2, Part.ELEMENT, 0, "A=1".getBytes(StandardCharsets.UTF_8)))
                        .data(piece(2, Part.ELEMENT, 1, "B=2".getBytes(StandardCharsets.UTF_8)))))
                .isEqualTo("NULL, NULL, [\"A=1\", \"B=2\"] = 0");
    }

    @Test
    void asManyBytesAndElementsAreShownAsAskedFor() {
        SyscallCall execve = call("execve")
                .args(0, ADDRESS, 0)
                .data(piece(
                        1, Part.VECTOR, 0, new Struct().u64(0x11, 0x12, 0x13).bytes()))
                .data(piece(1, Part.ELEMENT, 0, "one".getBytes(StandardCharsets.UTF_8)))
                .data(piece(1, Part.ELEMENT, 1, "t\0".getBytes(StandardCharsets.UTF_8)))
                .data(piece(1, Part.ELEMENT, 2, "3".getBytes(StandardCharsets.UTF_8)))
                .build();
        assertThat(text(execve, new TextDetail(2, false, Hex.UNPRINTABLE)))
                .isEqualTo("NULL, [\"on\"..., \"\\x74\\x00\", ...], NULL");
        assertThat(text(execve, new TextDetail(1, true, Hex.ALWAYS)))
                .isEqualTo("NULL, [\"\\x6f\"..., \"\\x74\"..., \"\\x33\"], NULL");
    }
}
