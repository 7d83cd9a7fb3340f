// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.descriptor.address.SocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamePatternTest {
    @ParameterizedTest
    @CsvSource({
        "/etc/passwd, /etc/passwd",
        "/proc/4711/fd/3, /proc/#/fd/#",
        "/usr/lib/libc.so.6, /usr/lib/libc.so.#",
        "/tmp/tmp.Xa83kLQ2bz, /tmp/tmp.#",
        "/var/lib/3f9a0c77-12ab-4c3d-8e9f-001122334455/data, /var/lib/#/data",
        "/cache/ab/deadbeef00, /cache/ab/#",
        "/srv/facade/decade, /srv/facade/decade",
        "/usr/bin/x86_64-linux-gnu-gcc-14, /usr/bin/x#_#-linux-gnu-gcc-#",
    })
    void whatDiffersFromRunToRunIsFolded(String name, String pattern) {
        assertThat(NamePattern.fold(name)).isEqualTo(pattern);
    }

    @Test
    void aServersPortCountsAndAClientsDoesNot() {
        NamePattern patterns = new NamePattern();

        assertThat(patterns.of(new SocketAddress.Inet("10.0.0.9", 5432))).isEqualTo("10.0.0.9:5432");
        assertThat(patterns.of(new SocketAddress.Inet("10.0.0.9", 41_812))).isEqualTo("10.0.0.9:#");
        assertThat(patterns.of(new SocketAddress.Inet6("::1", 443, 0, 0))).isEqualTo("[::1]:443");
        assertThat(patterns.of(new SocketAddress.Unix("/run/user/1000/bus", true)))
                .isEqualTo("/run/user/#/bus");
    }
}
