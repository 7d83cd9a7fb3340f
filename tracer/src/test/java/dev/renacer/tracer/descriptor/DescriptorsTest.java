// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceEvent.Origin;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.descriptor.address.SocketAddress;
import dev.renacer.tracer.descriptor.address.SocketProtocol;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls put together by hand, at times counted in microseconds. */
class DescriptorsTest {
    private static final long EPOCH = 1_700_000_000_000_000_000L;
    private static final TracedProcess SHELL = process(7, 1);
    private static final TracedProcess CHILD = process(8, 7);
    private static final int AT_FDCWD = -100;
    private static final int O_CLOEXEC = 0x80000;
    private static final int EBADF = 9;
    private static final int EINTR = 4;

    private final MadeUpSource proc = new MadeUpSource();
    private final Queue<Runnable> lookups = new ArrayDeque<>();
    private long nowMicros;
    private final Descriptors descriptors =
            new Descriptors(proc, lookups::add, () -> nowMicros * 1_000, Inheritance.NONE, true);

    @BeforeEach
    void begin() {
        descriptors.onBegin(EPOCH);
    }

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
    void aForkedChildHasWhatItsCreatorHad() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("/log", 3), 10, 20);
        fork(25);
        tell(CallFixture.call("clone").returns(8), 22, 30);
        tell(CallFixture.call("close").args(3), 40, 50);
        tell(CallFixture.call("write").args(3).process(CHILD).thread(8), 60, 70);

        assertThat(name(0)).isEqualTo("</log>");
    }

    @Test
    void aChildThatIsReportedLateHasWhatItsCreatorHadAtTheFork() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("/first", 3), 10, 20);
        tell(CallFixture.call("clone").returns(8), 22, 30);
        tell(CallFixture.call("close").args(3), 40, 50);
        tell(open("/second", 3), 51, 52);
        fork(60);
        tell(CallFixture.call("write").args(3).process(CHILD).thread(8), 61, 70);

        assertThat(name(0)).isEqualTo("</first>");
    }

    @Test
    void aSecondChildMayBeReportedBeforeTheFirst() {
        TracedProcess second = process(9, 7);
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("/first", 3), 10, 20);
        tell(CallFixture.call("clone").returns(8), 22, 30);
        tell(CallFixture.call("close").args(3), 40, 50);
        tell(open("/second", 3), 51, 52);
        descriptors.onEvent(new TraceEvent.ProcessStarted(second, at(55), Origin.FORKED, 7, 7));
        tell(CallFixture.call("clone").returns(9), 53, 56);
        fork(60);
        tell(CallFixture.call("write").args(3).process(CHILD).thread(8), 61, 70);
        assertThat(name(0)).isEqualTo("</first>");
        tell(CallFixture.call("write").args(3).process(second).thread(9), 71, 80);
        assertThat(name(0)).isEqualTo("</second>");
    }

    @Test
    void whatAnotherThreadChangedDuringTheForkIsNotKnownOfTheChild() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("/first", 3), 10, 20);
        tell(CallFixture.call("close").args(3).thread(9), 24, 25);
        tell(CallFixture.call("open").string(0, "/second").returns(3).thread(9), 26, 27);
        fork(28);
        tell(CallFixture.call("clone").returns(8), 22, 30);
        tell(CallFixture.call("write").args(3).process(CHILD).thread(8), 61, 70);

        assertThat(name(0)).isEmpty();
    }

    @Test
    void aProcessWhoseCreatorIsNotKnownHasNothingOfItsParent() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("/log", 3), 10, 20);
        descriptors.onEvent(new TraceEvent.ProcessStarted(CHILD, at(25), Origin.FORKED));
        tell(CallFixture.call("write").args(3).process(CHILD).thread(8), 60, 70);

        assertThat(name(0)).isEmpty();
    }

    @Test
    void childrenThatShareTheTableSeeEachOthersChanges() {
        start(SHELL, 0, Origin.LAUNCHED);
        fork(25);
        tell(CallFixture.call("clone").args(0x400).returns(8), 22, 30);
        tell(
                CallFixture.call("open")
                        .string(0, "/shared")
                        .returns(3)
                        .process(CHILD)
                        .thread(8),
                40,
                50);
        tell(CallFixture.call("read").args(3), 60, 70);
        assertThat(name(0)).isEqualTo("</shared>");
        tell(CallFixture.call("unshare").args(0x400).process(CHILD).thread(8), 80, 90);
        tell(CallFixture.call("close").args(3).process(CHILD).thread(8), 91, 92);
        tell(CallFixture.call("read").args(3), 100, 110);
        assertThat(name(0)).isEqualTo("</shared>");
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
    void whileAThreadRestsOnlyTheCallItselfIsBelieved() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(CallFixture.call("chdir").string(0, "/srv"), 1, 2);
        tell(open("/a", 3), 10, 20);
        rest(SHELL, 9, 30);

        tell(CallFixture.call("read").args(3), 40, 50); // the resting thread may have put something else there
        assertThat(name(0)).isEmpty();
        tell(open("data", 4), 60, 70); // and may have changed the working directory
        assertThat(result()).isEmpty();
        tell(open("/b", 5), 80, 90);
        assertThat(result()).isEqualTo("</b>");
        tell(CallFixture.call("read").args(5), 100, 110);
        assertThat(name(0)).isEmpty();
        assertThat(lookups).isEmpty();
    }

    @Test
    void afterARestWhatIsOpenIsLookedUpAsAtAnAttach() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("/a", 3), 10, 20);
        rest(SHELL, 9, 30);
        watch(SHELL, 9, 1_000);
        tell(CallFixture.call("read").args(3), 1_010, 1_020);
        assertThat(name(0)).isEmpty();
        proc.now.put(3, new Descriptor.File("/put/there/unseen", false));
        proc.folder = Optional.of(new Descriptor.File("/tmp", false));
        look(1_100);

        tell(CallFixture.call("read").args(3), 3_000, 3_010);
        assertThat(name(0)).isEqualTo("</put/there/unseen>");
        tell(open("x", 4), 3_020, 3_030);
        assertThat(result()).isEqualTo("</tmp/x>");
    }

    @Test
    void anAnswerOfBeforeOrDuringARestDoesNotCountAfterwards() {
        proc.now.put(3, new Descriptor.File("/before", false));
        start(SHELL, 0, Origin.ATTACHED);
        look(10);
        rest(SHELL, 9, 30);
        watch(SHELL, 9, 40);
        lookups.clear(); // nothing is read after the rest
        tell(CallFixture.call("read").args(3), 3_000, 3_010);

        assertThat(name(0)).isEmpty();
    }

    @Test
    void aCallThatBeganBeforeTheEndOfARestIsNotToldByWhatCameAfter() {
        start(SHELL, 0, Origin.LAUNCHED);
        rest(SHELL, 9, 30);
        tell(CallFixture.call("getpid"), 900, 1_000); // reported before the end of the rest, which was before it
        watch(SHELL, 9, 950);
        proc.now.put(3, new Descriptor.File("/after", false));
        look(1_100);
        tell(CallFixture.call("read").args(3), 970, 3_000);

        assertThat(name(0)).isEmpty();
    }

    @Test
    void aTableIsWatchedAgainWhenNoThreadOfItRests() {
        start(SHELL, 0, Origin.LAUNCHED);
        rest(SHELL, 9, 30);
        rest(SHELL, 10, 40);
        watch(SHELL, 9, 50);
        tell(open("/a", 3), 60, 70);
        tell(CallFixture.call("read").args(3), 80, 90);
        assertThat(name(0)).isEmpty();
        descriptors.onEvent(new TraceEvent.ThreadExited(SHELL, at(100), 10));
        tell(open("/b", 4), 110, 120);
        tell(CallFixture.call("read").args(4), 130, 140);

        assertThat(name(0)).isEqualTo("</b>");
    }

    @Test
    void aRestOfOneProcessIsOneOfAllThatShareItsDescriptors() {
        start(SHELL, 0, Origin.LAUNCHED);
        fork(25);
        tell(CallFixture.call("clone").args(0x400).returns(8), 22, 30);
        rest(CHILD, 8, 40);
        tell(open("/a", 3), 50, 60);
        tell(CallFixture.call("read").args(3), 70, 80);
        assertThat(name(0)).isEmpty();
        watch(CHILD, 8, 90);
        tell(open("/b", 4), 100, 110);
        tell(CallFixture.call("read").args(4), 120, 130);

        assertThat(name(0)).isEqualTo("</b>");
    }

    @Test
    void aRestOfOneProcessIsNoneOfItsChildWithDescriptorsOfItsOwn() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("/a", 3), 10, 20);
        fork(25);
        tell(CallFixture.call("clone").returns(8), 22, 30);
        rest(SHELL, 7, 40);
        tell(CallFixture.call("read").process(CHILD).thread(8).args(3), 50, 60);

        assertThat(name(0)).isEqualTo("</a>");
    }

    @Test
    void aChildMadeWithoutBeingSeenMayShareUntilItExecutesAProgram() {
        start(SHELL, 0, Origin.LAUNCHED);
        rest(SHELL, 7, 10);
        fork(25);
        watch(SHELL, 7, 40);
        tell(open("/a", 3), 50, 60);
        tell(CallFixture.call("read").process(CHILD).thread(8).args(3), 70, 80);
        assertThat(name(0)).isEmpty();
        tell(CallFixture.call("close").process(CHILD).thread(8).args(3), 90, 100);
        tell(CallFixture.call("read").args(3), 110, 120);
        assertThat(name(0)).isEmpty();
        descriptors.onEvent(new TraceEvent.ProgramExecuted(CHILD, at(130)));
        tell(open("/b", 3), 140, 150);
        tell(CallFixture.call("read").args(3), 160, 170);
        assertThat(name(0)).isEqualTo("</b>");
        tell(open("/c", 4).process(CHILD).thread(8), 180, 190);
        tell(CallFixture.call("read").process(CHILD).thread(8).args(4), 200, 210);

        assertThat(name(0)).isEqualTo("</c>");
    }

    @Test
    void anIoUringThatWasMadeWithoutBeingSeenMayChangeDescriptorsToo() {
        start(SHELL, 0, Origin.LAUNCHED);
        rest(SHELL, 7, 10);
        watch(SHELL, 7, 40);
        proc.now.put(3, new Descriptor.Anonymous("[io_uring]"));
        proc.now.put(4, new Descriptor.File("/a", false));
        look(50);
        tell(CallFixture.call("read").args(4), 3_000, 3_010);

        assertThat(name(0)).isEmpty();
    }

    @Test
    void execEndsTheRestsOfTheThreadsItEnds() {
        start(SHELL, 0, Origin.LAUNCHED);
        rest(SHELL, 9, 10);
        descriptors.onEvent(new TraceEvent.ProgramExecuted(SHELL, at(20)));
        tell(open("/a", 3), 30, 40);
        tell(CallFixture.call("read").args(3), 50, 60);
        assertThat(name(0)).isEqualTo("</a>");
        rest(SHELL, 9, 70);
        descriptors.onEvent(new TraceEvent.ProgramExecuted(SHELL, at(80)));
        rest(SHELL, 7, 80); // the thread that rested has executed it
        tell(open("/b", 4), 90, 100);
        tell(CallFixture.call("read").args(4), 110, 120);

        assertThat(name(0)).isEmpty();
    }

    @Test
    void aRestWhoseBeginWasLostMakesTheTableBeginAgain() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("/a", 3), 10, 20);
        watch(SHELL, 9, 40);
        tell(CallFixture.call("read").args(3), 50, 60);

        assertThat(name(0)).isEmpty();
    }

    @Test
    void aCallThatIsNotBeingDeliveredHasNoNames() {
        start(SHELL, 0, Origin.LAUNCHED);
        SyscallCall call = open("/a", 3).build();
        descriptors.onCall(call);
        descriptors.onCall(CallFixture.call("getpid").build());

        assertThat(descriptors.names(call).result()).isEmpty();
    }

    private static TracedProcess process(int pid, int parent) {
        return new TracedProcess(pid, pid, parent, "demo", Optional.empty());
    }

    private static CallFixture open(String path, int result) {
        return CallFixture.call("openat")
                .args(AT_FDCWD, 0x1000, 0)
                .string(1, path)
                .returns(result);
    }

    private static byte[] ints(int first, int second) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(first)
                .putInt(second)
                .array();
    }

    private static byte[] inet(int port, int... host) {
        byte[] bytes = new byte[16];
        bytes[0] = 2;
        bytes[2] = (byte) (port >> 8);
        bytes[3] = (byte) port;
        for (int index = 0; index < host.length; index++) {
            bytes[4 + index] = (byte) host[index];
        }
        return bytes;
    }

    private static long at(long micros) {
        return EPOCH + micros * 1_000;
    }

    private void start(TracedProcess process, long micros, Origin origin) {
        nowMicros = micros;
        descriptors.onEvent(new TraceEvent.ProcessStarted(process, at(micros), origin));
    }

    private void rest(TracedProcess process, int tid, long micros) {
        descriptors.onEvent(new TraceEvent.RestBegan(process, at(micros), tid));
    }

    private void watch(TracedProcess process, int tid, long micros) {
        descriptors.onEvent(new TraceEvent.RestEnded(process, at(micros), tid, at(micros - 1)));
    }

    private void fork(long micros) {
        descriptors.onEvent(new TraceEvent.ProcessStarted(CHILD, at(micros), Origin.FORKED, 7, 7));
    }

    /** Reads /proc at this time. */
    private void look(long micros) {
        nowMicros = micros;
        List.copyOf(lookups).forEach(Runnable::run);
        lookups.clear();
    }

    private SyscallCall told = CallFixture.call("getpid").build();

    private void tell(CallFixture call, long fromMicros, long toMicros) {
        told = call.times(at(fromMicros), at(toMicros)).build();
        descriptors.onCall(told);
    }

    private CallNames names() {
        return descriptors.names(told);
    }

    private String name(int argument) {
        return names().argument(argument).map(DescriptorsTest::text).orElse("");
    }

    private String result() {
        return names().result().map(DescriptorsTest::text).orElse("");
    }

    private String path() {
        return names().path().orElse("");
    }

    private static String text(Descriptor what) {
        StringBuilder out = new StringBuilder();
        NameWriter.write(out, what, NameWriter.Style.ALL);
        return out.toString();
    }
}
