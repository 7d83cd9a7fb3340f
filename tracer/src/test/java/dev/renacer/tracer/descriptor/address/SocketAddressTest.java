// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketAddressTest {
    @ParameterizedTest
    @CsvSource({
        "02001f907f000001 0000000000000000,             127.0.0.1:8080",
        "02000050ffffffff,                              255.255.255.255:80",
        "0a000035000000000000000000000000000000000000000100000000, [::1]:53",
        "0a0001bb0000000020010db8000000000000000000000007 00000000, [2001:db8::7]:443",
        "0a0001bb0000000020010db8000000010000000100000001 00000000, [2001:db8:0:1:0:1:0:1]:443",
        "0a0000500000000000000000000000000000ffff0a00000900000000, [::ffff:10.0.0.9]:80",
        "0a00005000000000000000000000000000000000000000000000 0000, [::]:80",
        "0100 2f72756e2f782e736f636b00,                 '\"/run/x.sock\"'",
        "0100 006e616d65,                               '@\"name\"'",
        "1000 0000 2a000000 00000000,                   42",
        "0100,                                          family 1",
        "2800 0000,                                     family 40",
    })
    void isReadAsTheKernelLaysItOut(String hex, String text) {
        assertThat(SocketAddress.parse(HexFormat.of().parseHex(hex.replace(" ", ""))))
                .hasValueSatisfying(address -> assertThat(address).hasToString(text));
    }

    @ParameterizedTest
    @CsvSource({"02", "02001f907f0000", "0a00003500000000"})
    void oneThatIsCutIsNotMadeUp(String hex) {
        assertThat(SocketAddress.parse(HexFormat.of().parseHex(hex))).isEmpty();
    }

    @Test
    void theScopeOfALinkLocalAddressIsKept() {
        byte[] bytes = HexFormat.of().parseHex("0a000050" + "00000007" + "fe80" + "00".repeat(13) + "01" + "03000000");

        assertThat(SocketAddress.parse(bytes)).contains(new SocketAddress.Inet6("fe80::1", 80, 7, 3));
    }
}
