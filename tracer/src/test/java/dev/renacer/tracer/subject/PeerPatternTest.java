// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.subject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.tracer.descriptor.address.SocketAddress;
import dev.renacer.tracer.descriptor.address.SocketAddress.Inet;
import dev.renacer.tracer.descriptor.address.SocketAddress.Inet6;
import dev.renacer.tracer.descriptor.address.SocketAddress.Netlink;
import dev.renacer.tracer.descriptor.address.SocketAddress.Other;
import dev.renacer.tracer.descriptor.address.SocketAddress.Unix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses a written peer means. */
class PeerPatternTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.9,              10.0.0.9,         5432, true",
        "10.0.0.9,              10.0.0.8,         5432, false",
        "10.0.0.9:5432,         10.0.0.9,         5432, true",
        "10.0.0.9:5432,         10.0.0.9,         543,  false",
        "10.0.0.0/8,            10.255.0.1,       1,    true",
        "10.0.0.0/8,            11.0.0.1,         1,    false",
        "10.0.0.9/31,           10.0.0.8,         1,    true",
        "10.0.0.9/31,           10.0.0.10,        1,    false",
        "10.0.0.0/9:80,         10.127.0.1,       80,   true",
        "10.0.0.0/9:80,         10.128.0.1,       80,   false",
        "0.0.0.0/0,             192.0.2.1,        1,    true",
        "0.0.0.0/0,             2001:db8::1,      1,    false",
        ":53,                   10.0.0.9,         53,   true",
        ":53,                   2001:db8::1,      53,   true",
        ":53,                   10.0.0.9,         5353, false",
        "[2001:db8::1],         2001:db8::1,      1,    true",
        "[2001:DB8:0:0::0:1],   2001:db8::1,      1,    true",
        "[2001:db8::1]:443,     2001:db8::1,      443,  true",
        "[2001:db8::1]:443,     2001:db8::1,      80,   false",
        "[2001:db8::]/33,       2001:db8:7fff::1, 1,    true",
        "[2001:db8::]/33,       2001:db8:8000::1, 1,    false",
        "[::]/0,                2001:db8::1,      1,    true",
        "[::]/0,                10.0.0.9,         1,    false",
        "[::1],                 127.0.0.1,        1,    false",
    })
    void anInternetAddressIsMeantByItselfItsNetworkOrItsPort(String peer, String host, int port, boolean meant)
            throws Exception {
        SocketAddress address = host.contains(":") ? new Inet6(host, port, 0, 0) : new Inet(host, port);

        assertThat(PeerPattern.of(peer).matches(address)).isEqualTo(meant);
    }

    /** A program with one kind of socket for both sees IPv4 addresses so; which kind it has is not what was asked. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.9",
                "10.0.0.0/24:5432",
                "[::ffff:10.0.0.9]",
                "[::FFFF:10.0.0.9]:5432",
                "[::ffff:a00:9]",
                "[::ffff:a00:0]/120",
                ":5432"
            })
    void anIpv4AddressIsMeantInBothItsForms(String peer) throws Exception {
        assertThat(PeerPattern.of(peer).matches(new Inet("10.0.0.9", 5432))).isTrue();
        assertThat(PeerPattern.of(peer).matches(new Inet6("::ffff:10.0.0.9", 5432, 0, 0)))
                .isTrue();
    }

    @Test
    void aNetworkThatBeginsInFrontOfTheMappedAddressesIsOneOfIpv6() throws Exception {
        assertThat(PeerPattern.of("[::ffff:a00:9]/64").matches(new Inet6("::1", 1, 0, 0)))
                .isTrue();
        assertThat(PeerPattern.of("[::ffff:a00:9]/95").matches(new Inet("10.0.0.9", 1)))
                .isFalse();
    }

    @Test
    void aSocketOfThisMachineIsMeantByItsPathOrItsAbstractName() throws Exception {
        assertThat(PeerPattern.of("/run/app.sock").matches(new Unix("/run/app.sock", true)))
                .isTrue();
        assertThat(PeerPattern.of("/run/app").matches(new Unix("/run/app.sock", true)))
                .isFalse();
        assertThat(PeerPattern.of("@app").matches(new Unix("app", false))).isTrue();
        assertThat(PeerPattern.of("@app").matches(new Unix("app", true))).isFalse();
        assertThat(PeerPattern.of("/app").matches(new Unix("/app", false))).isFalse();
        assertThat(PeerPattern.of("/app").matches(new Inet("10.0.0.9", 1))).isFalse();
    }

    @Test
    void whatHasNoPortHasNoSuchPort() throws Exception {
        assertThat(PeerPattern.of(":1").matches(new Netlink(1, 0))).isFalse();
        assertThat(PeerPattern.of(":1").matches(new Other(1))).isFalse();
        assertThat(PeerPattern.of(":1").matches(new Unix("1", true))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "@",
                ":",
                "db",
                "db:5432",
                "10.0.0",
                "10.0.0.256",
                "010.0.0.9",
                "10.0.0.9:",
                "10.0.0.9:0",
                "10.0.0.9:05432",
                "10.0.0.9/",
                "10.0.0.9:5432/8",
                "2001:db8::1",
                "::1:5432",
                "[10.0.0.9]",
                "[2001:db8::1",
                "[2001:db8::/32]",
                "[::ffff:10.0.0.9]/120",
                "[fe80::1%eth0]",
                " 10.0.0.9",
            })
    void whatIsNoPeerIsRefusedWithTheFormsThereAre(String text) {
        assertThatThrownBy(() -> PeerPattern.of(text))
                .isInstanceOf(PeerPattern.InvalidException.class)
                .hasMessage("'" + text + "' is no peer: " + PeerPattern.FORMS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10.0.0.9:65536     | has a port that does not exist: the last is 65535",
                ":70000             | has a port that does not exist: the last is 65535",
                "10.0.0.9/33        | has a prefix of 33 bits; such an address has 32",
                "[2001:db8::]/129   | has a prefix of 129 bits; such an address has 128",
                "[1:2:3]            | has an address that is none: a peer is",
                "[::1::]            | has an address that is none: a peer is",
            })
    void aPartThatCannotBeIsNamed(String text, String message) {
        assertThatThrownBy(() -> PeerPattern.of(text)).hasMessageStartingWith("'" + text + "' " + message);
    }
}
