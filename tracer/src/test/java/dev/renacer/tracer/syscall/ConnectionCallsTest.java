// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ConnectionCallsTest {
    @Test
    void eachCallExistsAndItsDescriptorsAreSome() {
        assertThat(ConnectionCalls.names()).isNotEmpty().allSatisfy(name -> {
            Syscall call = Stream.of(Abi.values())
                    .flatMap(abi -> SyscallTable.instance().lookup(abi, name).stream())
                    .findFirst()
                    .orElseThrow();
            assertThat(ConnectionCalls.teller(name).orElseThrow().descriptors())
                    .isNotEmpty()
                    .allSatisfy(argument -> assertThat(
                                    call.parameters().get(argument).kind())
                            .isIn(ParameterKind.FD, ParameterKind.UINT, ParameterKind.INT));
        });
        assertThat(ConnectionCalls.teller("openat")).isEmpty();
    }

    @Test
    void errorsOfTheCallSayNothingOfTheConnection() {
        assertThat(Stream.of("EAGAIN", "EINTR", "EFAULT", "EINVAL", "EBADF", "ENOTCONN", "EINPROGRESS")
                        .map(ErrnoNames::number))
                .noneMatch(ConnectionCalls::isError);
        assertThat(Stream.of("ECONNREFUSED", "ETIMEDOUT", "EHOSTUNREACH").map(ErrnoNames::number))
                .allMatch(ConnectionCalls::isError);
    }

    @Test
    void aSocketErrorIsFourBytes() {
        assertThat(ConnectionCalls.socketError(Optional.of(new byte[] {0x6f, 0, 0, 0})))
                .hasValue(111);
        assertThat(ConnectionCalls.socketError(Optional.of(new byte[2]))).isEmpty();
        assertThat(ConnectionCalls.socketError(Optional.empty())).isEmpty();
    }
}
