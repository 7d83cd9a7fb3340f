// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.output.ArgumentFormatter;
import dev.renacer.tracer.syscall.Abi;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** What strace shows of the calls that programs of i386 make through socketcall and ipc. */
class SubCallsTest {
    /** A struct sockaddr_in of 127.0.0.1:80. */
    private static final byte[] ADDRESS = HexFormat.of().parseHex("020000507f0000010000000000000000");

    private final SubCalls subCalls = new SubCalls();

    @Test
    void aSocketIsMadeThroughAnotherCall() {
        assertThat(shown(socketcall(1, 2, 0x80001, 0).returns(3)))
                .isEqualTo("socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = 3");
        assertThat(shown(socketcall(13, 3, 2).returns(0))).isEqualTo("shutdown(3, SHUT_RDWR) = 0");
        assertThat(shown(socketcall(10, 5, 0x1000, 10, 0).returns(5))).isEqualTo("recv(5, 0x1000, 10, 0) = 5");
        assertThat(shown(socketcall(18, 3, 0, 0, 0x80000).fails(22)))
                .isEqualTo("accept4(3, NULL, NULL, SOCK_CLOEXEC) = -1 EINVAL (Invalid argument)");
    }

    @Test
    void anAddressIsThatOfTheCallThatIsMade() {
        CallFixture connect =
                socketcall(3, 4, 0x1000, 16).data(element(ADDRESS)).fails(111);

        assertThat(shown(connect))
                .isEqualTo("connect(4, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"127.0.0.1\")}, 16)"
                        + " = -1 ECONNREFUSED (Connection refused)");
        assertThat(shown(socketcall(11, 4, 0x2000, 5, 0, 0x1000, 16)
                        .data(element(ADDRESS))
                        .returns(5)))
                .isEqualTo("sendto(4, 0x2000, 5, 0, {sa_family=AF_INET, sin_port=htons(80),"
                        + " sin_addr=inet_addr(\"127.0.0.1\")}, 16) = 5");
    }

    @Test
    void aCallWhoseArgumentsCannotBeReadIsShownAsItWasMade() {
        assertThat(shown(CallFixture.call(Abi.I386, "socketcall").args(1, 0).fails(14)))
                .isEqualTo("socketcall(SYS_SOCKET, NULL) = -1 EFAULT (Bad address)");
        assertThat(shown(CallFixture.call(Abi.I386, "socketcall")
                        .args(99, 0x1000)
                        .fails(22)))
                .isEqualTo("socketcall(99, 0x1000) = -1 EINVAL (Invalid argument)");
    }

    @Test
    void theArgumentsOfIpcHaveTheOrderOfTheCallThatIsMade() {
        assertThat(shown(ipc(23, 0, 4096, 0x380, 0, 0).returns(5)))
                .isEqualTo("shmget(IPC_PRIVATE, 4096, IPC_CREAT|0600) = 5");
        assertThat(shown(ipc(13, 0, 0x380, 0, 0, 0).returns(0))).isEqualTo("msgget(IPC_PRIVATE, IPC_CREAT|0600) = 0");
        assertThat(shown(ipc(11, 7, 4, 0, 0x1000, 0)
                        .bytes(4, HexFormat.of().parseHex("01000000" + "68657900"), false)
                        .returns(0)))
                .isEqualTo("msgsnd(7, {mtype=1, mtext=\"hey\\0\"}, 4, 0) = 0");
        assertThat(shown(ipc(1, 7, 1, 0, 0x1000, 0)
                        .bytes(4, HexFormat.of().parseHex("000001000000"), false)
                        .returns(0)))
                .isEqualTo("semop(7, [{sem_num=0, sem_op=1, sem_flg=0}], 1) = 0");
        assertThat(shown(ipc(77, 1, 2, 3, 4, 5).fails(38)))
                .isEqualTo("ipc(77, 1, 0x2, 0x3, 0x4, 0x5) = -1 ENOSYS (Function not implemented)");
    }

    @Test
    void othersStayAsTheyAre() {
        SyscallCall read =
                CallFixture.call("read").args(1, 0x1000, 3).returns(3).build();

        assertThat(subCalls.resolved(read)).isSameAs(read);
        assertThat(subCalls.resolved(socketcall(1, 2, 1, 0).build()).syscall())
                .as("the same for each, as the table's own")
                .isSameAs(subCalls.resolved(socketcall(1, 1, 1, 0).build()).syscall());
    }

    private static CallFixture socketcall(int which, int... words) {
        ByteBuffer array = ByteBuffer.allocate(words.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int word : words) {
            array.putInt(word);
        }
        return CallFixture.call(Abi.I386, "socketcall")
                .args(which, 0xff00_0000L)
                .bytes(1, array.array(), false);
    }

    private static CallFixture ipc(long... arguments) {
        return CallFixture.call(Abi.I386, "ipc").args(arguments);
    }

    private static CapturedData element(byte[] bytes) {
        return new CapturedData(1, Part.ELEMENT, 0, false, bytes, false, 0);
    }

    private String shown(CallFixture fixture) {
        SyscallCall call = subCalls.resolved(fixture.build());
        StringBuilder line = new StringBuilder(call.syscall().name()).append('(');
        ArgumentFormatter.arguments(line, call);
        line.append(") = ");
        ArgumentFormatter.result(line, call);
        return line.toString();
    }
}
