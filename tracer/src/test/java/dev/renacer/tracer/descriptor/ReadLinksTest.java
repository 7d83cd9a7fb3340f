// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.TraceEvent.Origin;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the core has read of new descriptors while their threads were stopped. */
class ReadLinksTest extends DescriptorsFixture {
    private String inData(int number) {
        return descriptors.inData(number).map(DescriptorsFixture::text).orElse("");
    }

    @Test
    void endsOfAPipeHaveTheirNumberAtOnce() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(
                CallFixture.call("pipe2")
                        .written(0, ints(3, 4), false)
                        .link(3, "pipe:[77]")
                        .link(4, "pipe:[77]"),
                10,
                20);
        assertThat(inData(3)).isEqualTo("<pipe:[77]>");
        assertThat(inData(4)).isEqualTo("<pipe:[77]>");
        assertThat(inData(5)).isEmpty();
        tell(CallFixture.call("close").args(3), 30, 40);
        assertThat(name(0)).isEqualTo("<pipe:[77]>");
    }

    @Test
    void namesThatAreNotAskedForAreNotWrittenAnywhere() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("/a", 3), 10, 20);
        tell(CallFixture.call("poll").args(0, 1), 30, 40);
        StringBuilder out = new StringBuilder();

        NameWriter.of(descriptors, NameWriter.Style.NONE).inData(out, 3);

        assertThat(inData(3)).isEqualTo("</a>");
        assertThat(out).isEmpty();
    }

    @Test
    void numbersInWhatACallWasGivenAreWhatTheyWereWhenItBegan() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("/a", 3), 10, 20);
        tell(CallFixture.call("poll").args(0, 1), 30, 40);

        assertThat(inData(3)).isEqualTo("</a>");
        assertThat(inData(-1)).isEmpty();
    }

    @Test
    void aFileHasThePathThatTheKernelSays() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("/link/../x", 3).link(3, "/real/x"), 10, 20);
        assertThat(result()).isEqualTo("</real/x>");
        tell(open("/made", 4).link(4, "/made (deleted)"), 30, 40);
        assertThat(result()).isEqualTo("</made>(deleted)");
        tell(open("/dev/stdin", 5).link(5, "pipe:[8]"), 50, 60);
        assertThat(result()).isEqualTo("<pipe:[8]>");
    }

    @Test
    void memoryHasTheNameThatItWasGiven() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(CallFixture.call("memfd_create").string(0, "pool").returns(3), 10, 20);
        assertThat(result()).isEqualTo("</memfd:pool>(deleted)");
    }

    @Test
    void theWorkingDirectoryHasThePathThatTheKernelSays() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(CallFixture.call("chdir").string(0, "link").link(AT_FDCWD, "/real"), 1, 2);
        tell(open("x", 3), 10, 20);
        assertThat(name(0)).isEqualTo("</real>");
        assertThat(result()).isEqualTo("</real/x>");
    }

    @Test
    void socketsHaveTheirNumbers() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(CallFixture.call("socket").args(1, 1, 0).returns(3).link(3, "socket:[5]"), 10, 20);
        assertThat(result()).isEqualTo("<UNIX-STREAM:[5]>");
        tell(
                CallFixture.call("socketpair")
                        .args(1, 2, 0)
                        .written(3, ints(6, 7), false)
                        .link(6, "socket:[8]")
                        .link(7, "socket:[9]"),
                30,
                40);
        assertThat(inData(6)).isEqualTo("<UNIX:[8->9]>");
        assertThat(inData(7)).isEqualTo("<UNIX:[9->8]>");
        tell(CallFixture.call("getpeername").args(7, 0x1000).written(1, new byte[] {1, 0}, false), 42, 44);
        tell(CallFixture.call("close").args(7), 46, 48);
        assertThat(name(0)).isEqualTo("<UNIX:[9->8]>");
        tell(CallFixture.call("connect").args(6, 0x1000, 5).data(1, false, new byte[] {1, 0, '/', 'x', 0}), 49, 50);
        tell(CallFixture.call("close").args(6), 50, 50);
        assertThat(name(0)).isEqualTo("<UNIX:[8->\"/x\"]>");
        tell(
                CallFixture.call("socketpair")
                        .args(1, 1, 0)
                        .written(3, ints(10, 11), false)
                        .link(10, "socket:[12]"),
                50,
                60);
        assertThat(inData(10)).isEqualTo("<UNIX-STREAM:[12]>");
        assertThat(inData(11)).isEqualTo("<UNIX-STREAM>");
    }

    @Test
    void netlinkSpeaksWithAPartOfTheKernel() {
        byte[] address = ByteBuffer.allocate(12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(16)
                .putInt(4711)
                .putInt(0)
                .array();
        start(SHELL, 0, Origin.LAUNCHED);
        tell(CallFixture.call("socket").args(16, 3, 0).returns(3).link(3, "socket:[5]"), 10, 20);
        assertThat(result()).isEqualTo("<NETLINK:[5]>");
        tell(CallFixture.call("getsockname").args(3, 0x1000).written(1, address, false), 30, 40);
        tell(CallFixture.call("close").args(3), 50, 60);
        assertThat(name(0)).isEqualTo("<NETLINK:[ROUTE:4711]>");
        tell(CallFixture.call("socket").args(16, 3, 17).returns(3).link(3, "socket:[6]"), 70, 80);
        tell(CallFixture.call("getsockname").args(3, 0x1000).written(1, address, false), 90, 100);
        tell(CallFixture.call("close").args(3), 110, 120);
        assertThat(name(0)).isEqualTo("<NETLINK:[17]>");
    }

    @Test
    void whatIsReceivedIsWhatTheKernelSays() {
        byte[] rights = ByteBuffer.allocate(24)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(24)
                .putInt(1)
                .putInt(1)
                .putInt(9)
                .putInt(10)
                .array();
        start(SHELL, 0, Origin.LAUNCHED);
        tell(
                CallFixture.call("recvmsg")
                        .args(3, 0x1000, 0)
                        .data(new CapturedData(1, Part.CONTROL, 0, true, rights, false, 0))
                        .link(9, "/passed")
                        .link(10, "anon_inode:[eventfd]"),
                10,
                20);
        assertThat(inData(9)).isEqualTo("</passed>");
        assertThat(inData(10)).isEqualTo("<anon_inode:[eventfd]>");
    }

    @Test
    void pathsOfProcessesThatSeeOtherFilesAreNotTaken() {
        start(SHELL, 0, Origin.ATTACHED);
        tell(open("/x", 3).link(3, "/outside/x"), 10, 20);
        assertThat(result()).isEqualTo("</x>");
        tell(open("/y", 4).link(4, "pipe:[8]"), 30, 40);
        assertThat(result()).isEqualTo("<pipe:[8]>");
    }

    @Test
    void inAnotherRootPathsAreThoseOfTheCalls() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(CallFixture.call("unshare").args(0x20000), 1, 2);
        tell(open("/x", 3).link(3, "/y"), 3, 4);
        assertThat(result()).isEqualTo("</y>");
        tell(CallFixture.call("chroot").string(0, "/jail"), 5, 6);
        tell(open("/x", 4).link(4, "/jail/x"), 10, 20);
        assertThat(result()).isEqualTo("</x>");
    }

    @Test
    void whatWasCutIsNotTaken() {
        start(SHELL, 0, Origin.LAUNCHED);
        proc.folder = Optional.empty();
        byte[] cut = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(3)
                .put(new byte[] {'/', 'a', '/', 'b'})
                .array();
        tell(open("/a/b", 3).data(new CapturedData(0, Part.LINK, 0, true, cut, true, 0)), 10, 20);
        assertThat(result()).isEqualTo("</a/b>");
        tell(open("/c", 4).data(new CapturedData(0, Part.LINK, 0, true, new byte[0], false, 13)), 30, 40);
        assertThat(result()).isEqualTo("</c>");
    }
}
