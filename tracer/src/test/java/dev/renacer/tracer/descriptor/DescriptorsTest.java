// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceEvent.Origin;
import dev.renacer.tracer.descriptor.address.SocketAddress;
import dev.renacer.tracer.descriptor.address.SocketProtocol;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the calls say that were seen. */
class DescriptorsTest extends DescriptorsFixture {
    @Test
    void aDescriptorHasTheNameOfItsFileUntilItIsClosed() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("/etc/passwd", 3), 10, 20);

        assertThat(result()).isEqualTo("</etc/passwd>");
        tell(CallFixture.call("read").args(3), 30, 40);
        assertThat(name(0)).isEqualTo("</etc/passwd>");
        tell(CallFixture.call("close").args(3), 50, 60);
        assertThat(name(0)).isEqualTo("</etc/passwd>");
        tell(CallFixture.call("read").args(3).fails(EBADF), 70, 80);
        assertThat(name(0)).isEmpty();
    }

    @Test
    void relativePathsBeginAtTheWorkingDirectoryOrAtTheFolderOfTheDescriptor() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(CallFixture.call("chdir").string(0, "/srv"), 1, 2);
        tell(open("data", 3), 10, 20);
        assertThat(result()).isEqualTo("</srv/data>");
        assertThat(path()).isEqualTo("/srv/data");
        tell(CallFixture.call("openat").args(3, 0, 0).string(1, "./x").returns(4), 30, 40);
        assertThat(name(0)).isEqualTo("</srv/data>");
        assertThat(result()).isEqualTo("</srv/data/x>");
        tell(CallFixture.call("chdir").string(0, "sub"), 50, 60);
        tell(CallFixture.call("fchdir").args(3), 70, 80);
        tell(CallFixture.call("mkdir").string(0, "new"), 90, 100);
        assertThat(path()).isEqualTo("/srv/data/new");
        tell(CallFixture.call("chdir").string(0, "below"), 110, 120);
        tell(CallFixture.call("unlink").string(0, "../gone"), 130, 140);
        assertThat(path()).isEqualTo("/srv/data/below/../gone");
    }

    @Test
    void aRelativePathWhoseBeginningIsNotKnownIsNotMadeUp() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("data", 3), 10, 20);

        assertThat(result()).isEmpty();
        assertThat(path()).isEmpty();
    }

    @Test
    void theWorkingDirectoryIsLookedUpIfNoCallHasToldIt() {
        proc.folder = Optional.of(new Descriptor.File("/home/ada", false));
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("data", 3), 10, 20);
        assertThat(result()).isEmpty();
        look(30);
        tell(open("data", 4), 2_000, 2_010);

        assertThat(result()).isEqualTo("</home/ada/data>");
    }

    @Test
    void copiesAreTheSameFile() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("/a", 3), 10, 20);
        tell(CallFixture.call("dup").args(3).returns(4), 30, 40);
        assertThat(result()).isEqualTo("</a>");
        tell(CallFixture.call("fcntl").args(4, 1030, 10).returns(10), 50, 60);
        assertThat(result()).isEqualTo("</a>");
        tell(open("/b", 5), 70, 80);
        tell(CallFixture.call("dup2").args(5, 4).returns(4), 90, 100);
        assertThat(name(0)).isEqualTo("</b>");
        assertThat(name(1)).isEqualTo("</a>");
        assertThat(result()).isEqualTo("</b>");
        tell(CallFixture.call("write").args(4), 110, 120);
        assertThat(name(0)).isEqualTo("</b>");
    }

    @Test
    void execClosesWhatIsMarkedForIt() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("/kept", 3), 1, 2);
        tell(
                CallFixture.call("openat")
                        .args(AT_FDCWD, 0, O_CLOEXEC)
                        .string(1, "/closed")
                        .returns(4),
                3,
                4);
        tell(open("/marked", 5), 5, 6);
        tell(CallFixture.call("fcntl").args(5, 2, 1), 7, 8);
        tell(open("/cloexec", 6), 9, 10);
        tell(CallFixture.call("ioctl").args(6, 0x5451), 11, 12);
        tell(
                CallFixture.call("openat2")
                        .args(AT_FDCWD, 0, 0)
                        .string(1, "/unsaid")
                        .returns(7),
                13,
                14);
        descriptors.onEvent(new TraceEvent.ProgramExecuted(SHELL, at(20)));

        for (int number : new int[] {4, 5, 6, 7}) {
            tell(CallFixture.call("fstat").args(number).fails(EBADF), 30, 40);
            assertThat(name(0)).as("%d", number).isEmpty();
        }
        tell(CallFixture.call("fstat").args(3), 50, 60);
        assertThat(name(0)).isEqualTo("</kept>");
    }

    @Test
    void aCallThatGoesOnWhileItsNumberIsGivenOutAgainKeepsTheNameItBeganWith() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("/old", 3), 10, 20);
        tell(CallFixture.call("close").args(3).thread(9), 40, 41);
        tell(CallFixture.call("open").string(0, "/new").returns(3).thread(9), 42, 43);
        tell(CallFixture.call("read").args(3), 30, 50);

        assertThat(name(0)).isEqualTo("</old>");
    }

    @Test
    void aCloseThatIsReportedAfterItsNumberWasGivenOutAgainClosesTheFormer() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("/old", 3), 10, 20);
        tell(CallFixture.call("open").string(0, "/new").returns(3).thread(9), 32, 33);
        tell(CallFixture.call("close").args(3), 30, 40);
        tell(CallFixture.call("read").args(3), 50, 60);

        assertThat(name(0)).isEqualTo("</new>");
        tell(CallFixture.call("close").args(3), 70, 80);
        tell(CallFixture.call("read").args(3).fails(EBADF), 90, 95);
        assertThat(name(0)).isEmpty();
    }

    @Test
    void whereTheOrderOfOverlappingCallsIsNotKnownNothingIsSaid() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("/old", 3), 10, 20);
        tell(open("/other", 4), 21, 22);
        tell(CallFixture.call("close").args(3).thread(9), 30, 40);
        tell(CallFixture.call("dup2").args(4, 3).returns(3), 35, 45);
        tell(CallFixture.call("read").args(3), 50, 60);

        assertThat(name(0)).isEmpty();
    }

    @Test
    void aCloseThatFailsHasClosedUnlessThereWasNothing() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("/a", 3), 10, 20);
        tell(CallFixture.call("close").args(3).fails(EINTR), 30, 40);
        tell(CallFixture.call("read").args(3).fails(EBADF), 50, 60);

        assertThat(name(0)).isEmpty();
    }

    @Test
    void aRangeIsClosed() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("/a", 3), 10, 20);
        tell(open("/b", 4), 21, 22);
        tell(CallFixture.call("close_range").args(4, 0xffff_ffffL), 30, 40);
        tell(CallFixture.call("read").args(4).fails(EBADF), 50, 60);
        assertThat(name(0)).isEmpty();
        tell(CallFixture.call("read").args(3), 70, 80);
        assertThat(name(0)).isEqualTo("</a>");
    }

    @Test
    void anAttachedProcessIsLookedAtOnce() {
        proc.now.put(3, new Descriptor.File("/var/log/x", false));
        start(SHELL, 0, Origin.ATTACHED);
        look(100);
        tell(CallFixture.call("write").args(3), 50, 200);
        assertThat(name(0)).as("what was still unreported may change it").isEmpty();
        tell(CallFixture.call("write").args(3), 1_150, 1_160);
        tell(CallFixture.call("write").args(3), 1_170, 1_180);

        assertThat(name(0)).isEqualTo("</var/log/x>");
    }

    @Test
    void whatProcDidNotAnswerIsCounted() {
        start(SHELL, 0, Origin.ATTACHED);
        tell(CallFixture.call("read").args(7, 0, 0).returns(0), 5, 6);
        assertThat(name(0)).isEmpty();
        assertThat(descriptors.failedLookups()).isZero();

        look(10);

        // All descriptors, among which 7 may be, and the working directory.
        assertThat(descriptors.failedLookups()).isEqualTo(2);
        assertThat(descriptors.unknownLookups()).isEqualTo(2);
    }

    @Test
    void ofAConnectionThatIsClosedTooSoonOnlyItsOwnAddressIsMissing() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(CallFixture.call("socket").args(2, 1, 0).returns(3), 10, 20);
        tell(CallFixture.call("connect").args(3, 0x1000, 16).data(1, false, inet(5432, 10, 0, 0, 9)), 30, 40);
        tell(CallFixture.call("write").args(3), 50, 60);
        assertThat(name(0)).isEqualTo("<TCP:[?->10.0.0.9:5432]>");

        look(100);

        assertThat(descriptors.failedLookups()).isEqualTo(1);
        assertThat(descriptors.unknownLookups()).isZero();
    }

    @Test
    void aCallThatWasInProgressAtTheAttachIsNamedOnceItIsOver() {
        proc.now.put(3, new Descriptor.Anonymous("[eventpoll]"));
        start(SHELL, 0, Origin.ATTACHED);
        look(100);
        tell(CallFixture.call("getpid").thread(9), 3_000, 3_001);
        tell(CallFixture.call("epoll_wait").args(3), 0, 5_000);

        assertThat(name(0)).isEqualTo("<anon_inode:[eventpoll]>");
    }

    @Test
    void whatACallChangedBeforeItWasLookedAtIsWhatTheCallSays() {
        proc.now.put(3, new Descriptor.File("/later", false));
        start(SHELL, 0, Origin.ATTACHED);
        look(100);
        tell(open("/earlier", 3), 10, 20);
        tell(CallFixture.call("read").args(3), 30, 40);
        assertThat(name(0)).isEqualTo("</earlier>");
        tell(CallFixture.call("close").args(3), 50, 60);
        tell(open("/later", 3), 70, 80);
        tell(CallFixture.call("getpid"), 2_000, 2_001);
        tell(CallFixture.call("read").args(3), 3_000, 3_001);
        assertThat(name(0)).isEqualTo("</later>");
    }

    @Test
    void aNumberThatIsGivenOutAgainWhileItIsLookedUpKeepsWhatTheCallsSay() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(CallFixture.call("read").args(3), 10, 20);
        assertThat(name(0)).isEmpty();
        proc.now.put(3, new Descriptor.File("/next", false));
        look(100); // by now the program has closed it and opened another file
        tell(CallFixture.call("read").args(3), 21, 30);
        assertThat(name(0)).isEmpty();
        tell(CallFixture.call("close").args(3), 40, 50);
        tell(open("/next", 3), 60, 70);
        tell(CallFixture.call("read").args(3), 2_000, 2_010);

        assertThat(name(0)).isEqualTo("</next>");
    }

    @Test
    void whatIsMissedIsLookedUpOnce() {
        proc.now.put(3, new Descriptor.Pipe(77));
        start(SHELL, 0, Origin.LAUNCHED);
        tell(CallFixture.call("read").args(3), 10, 20);
        assertThat(name(0)).isEmpty();
        look(30);
        tell(CallFixture.call("read").args(3), 2_000, 2_010);
        tell(CallFixture.call("read").args(3), 2_020, 2_030);
        assertThat(name(0)).isEqualTo("<pipe:[77]>");
        tell(CallFixture.call("read").args(4), 2_040, 2_050);
        name(0);
        look(2_060);
        tell(CallFixture.call("read").args(4), 4_000, 4_010);
        tell(CallFixture.call("read").args(4), 4_020, 4_030);
        assertThat(name(0)).isEmpty();
        assertThat(proc.asked).isEqualTo(2);
    }

    @Test
    void whenCallsWereLostNothingIsTakenForGrantedAnyMore() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("/a", 3), 10, 20);
        descriptors.onEvent(new TraceEvent.EventsLost(SHELL, at(30), 5));
        tell(CallFixture.call("read").args(3), 30, 40);
        assertThat(name(0)).isEmpty();
        proc.now.put(3, new Descriptor.File("/b", false));
        look(50);
        tell(CallFixture.call("getpid"), 2_000, 2_010);
        tell(CallFixture.call("read").args(3), 2_020, 2_030);

        assertThat(name(0)).isEqualTo("</b>");
    }

    @Test
    void aProcessWithAnIoUringMayChangeDescriptorsWithoutCalls() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("/a", 3), 10, 20);
        tell(CallFixture.call("io_uring_setup").args(8, 0).returns(4), 30, 40);
        tell(CallFixture.call("read").args(3), 50, 60);

        assertThat(name(0)).isEmpty();
    }

    @Test
    void pipesAndPairsHaveTheNumbersThatTheCallWrote() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(CallFixture.call("pipe2").args(0x1000, 0).data(0, true, ints(3, 4)), 10, 20);
        tell(CallFixture.call("write").args(4), 30, 40);
        assertThat(name(0)).isEqualTo("<pipe>");
        tell(CallFixture.call("socketpair").args(1, 1, 0, 0x1000).data(3, true, ints(5, 6)), 50, 60);
        tell(CallFixture.call("read").args(6), 70, 80);
        assertThat(name(0)).isEqualTo("<UNIX-STREAM>");
    }

    @Test
    void aConnectionHasItsPeerAndLooksUpItsOwnAddress() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(CallFixture.call("socket").args(2, 1, 0).returns(3), 10, 20);
        assertThat(result()).isEqualTo("<TCP>");
        tell(CallFixture.call("connect").args(3, 0x1000, 16).data(1, false, inet(5432, 10, 0, 0, 9)), 30, 40);
        tell(CallFixture.call("write").args(3), 50, 60);
        assertThat(name(0)).isEqualTo("<TCP:[?->10.0.0.9:5432]>");
        proc.now.put(3, new Descriptor.Socket(SocketProtocol.UNKNOWN, 4711, Optional.empty(), Optional.empty()));
        proc.sockets.put(
                4711L,
                new Descriptor.Socket(
                        SocketProtocol.tcp(2),
                        4711,
                        Optional.of(new SocketAddress.Inet("10.0.0.7", 41812)),
                        Optional.of(new SocketAddress.Inet("10.0.0.9", 5432))));
        look(100);
        tell(CallFixture.call("getpid"), 2_000, 2_010);
        tell(CallFixture.call("write").args(3), 2_020, 2_030);

        assertThat(name(0)).isEqualTo("<TCP:[10.0.0.7:41812->10.0.0.9:5432]>");
        assertThat(names().argument(0)).hasValueSatisfying(socket -> {
            assertThat(((Descriptor.Socket) socket).protocol().transport()).contains("tcp");
            assertThat(((Descriptor.Socket) socket).protocol().network()).contains("ipv4");
        });
    }

    @Test
    void anAcceptedConnectionHasTheListenersProtocolAndAddress() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(CallFixture.call("socket").args(2, 1, 0).returns(3), 10, 20);
        tell(CallFixture.call("bind").args(3, 0x1000, 16).data(1, false, inet(80, 127, 0, 0, 1)), 30, 40);
        tell(
                CallFixture.call("accept4")
                        .args(3, 0x2000)
                        .data(1, true, inet(4000, 127, 0, 0, 2))
                        .returns(4),
                50,
                60);

        assertThat(name(0)).isEqualTo("<TCP:[127.0.0.1:80]>");
        assertThat(result()).isEqualTo("<TCP:[127.0.0.1:80->127.0.0.2:4000]>");
    }

    @Test
    void descriptorsThatAMessageBroughtAreNotKnownButTheFormerOnesAreGone() {
        start(SHELL, 0, Origin.LAUNCHED);
        ByteBuffer control = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        control.putLong(20).putInt(1).putInt(1).putInt(3);
        tell(open("/stale", 3), 1, 2);
        CapturedData rights = new CapturedData(1, CapturedData.Part.CONTROL, 0, true, control.array(), false, 0);
        tell(CallFixture.call("recvmsg").args(5, 0x1000, 0).data(rights), 10, 20);
        tell(CallFixture.call("read").args(3), 30, 40);

        assertThat(name(0)).isEmpty();
    }

    @Test
    void namesCannotForgeTheLine() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("/tmp/a>\nb\u00e9", 3), 10, 20);

        assertThat(result()).isEqualTo("</tmp/a\\076\\nb\\303\\251>");
    }

    @Test
    void whereCallsMayBeMissingOnlyTheCallItselfIsBelieved() {
        Descriptors gaps = new Descriptors(proc, lookups::add, () -> nowMicros * 1_000, Inheritance.NONE, false);
        gaps.onBegin(EPOCH);
        gaps.onEvent(new TraceEvent.ProcessStarted(SHELL, at(0), Origin.ATTACHED));
        SyscallCall open = open("/a", 3).build();
        gaps.onCall(open);
        assertThat(gaps.names(open).result()).contains(new Descriptor.File("/a", false));
        SyscallCall read = CallFixture.call("read").args(3).build();
        gaps.onCall(read);

        assertThat(gaps.names(read).argument(0)).isEmpty();
        assertThat(lookups).isEmpty();
    }

    @Test
    void aCallThatIsNotBeingDeliveredHasNoNames() {
        start(SHELL, 0, Origin.LAUNCHED);
        SyscallCall call = open("/a", 3).build();
        descriptors.onCall(call);
        descriptors.onCall(CallFixture.call("getpid").build());

        assertThat(descriptors.names(call).result()).isEmpty();
    }

    @Test
    void aThreadThatIsAloneKeepsWhatItHasThroughUnshareAndExec() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(CallFixture.call("chdir").string(0, "/srv"), 1, 2);
        tell(open("data", 3), 3, 4);
        tell(CallFixture.call("unshare").args(0x20400), 5, 6);
        descriptors.onEvent(new TraceEvent.ProgramExecuted(SHELL, at(10)));
        tell(open("other", 4), 20, 30);

        assertThat(name(0)).isEqualTo("</srv>");
        assertThat(result()).isEqualTo("</srv/other>");
        tell(CallFixture.call("read").args(3), 40, 50);
        assertThat(name(0)).isEqualTo("</srv/data>");
    }

    @Test
    void whichOfSeveralThreadsHasExecutedIsNotGuessed() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("/data", 3), 1, 2);
        tell(CallFixture.call("clone").args(0x10f00).returns(9), 3, 4);
        tell(CallFixture.call("unshare").args(0x400), 5, 6);
        descriptors.onEvent(new TraceEvent.ProgramExecuted(SHELL, at(10)));
        tell(CallFixture.call("read").args(3), 40, 50);

        assertThat(name(0)).isEmpty();
    }
}
