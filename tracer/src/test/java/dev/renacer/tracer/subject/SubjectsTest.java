// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.subject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.descriptor.Inheritance;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which calls are about a path or have a peer. */
class SubjectsTest {
    private static final int AT_FDCWD = -100;
    private static final int EINPROGRESS = 115;
    /** 10.0.0.9:5432. */
    private static final byte[] PEER = HexFormat.of().parseHex("02001538" + "0a000009" + "0000000000000000");

    private final Descriptors descriptors = new Descriptors(Inheritance.NONE);
    private long micros = 1_700_000_000_000_000L;

    @Test
    void withoutAnyEveryCallIsMeant() throws Exception {
        assertThat(Subjects.ANY.in(descriptors).test(told(CallFixture.call("getppid"))))
                .isTrue();
        assertThat(Subjects.written(List.of(), List.of()).isAny()).isTrue();
    }

    @Test
    void aFileIsMeantWhereItIsOpenedUsedCopiedAndClosed() throws Exception {
        Predicate<SyscallCall> config = about("/etc/app/config");

        assertThat(config.test(told(open("/etc/app/config", 3)))).isTrue();
        assertThat(config.test(told(open("/etc/app/config.old", 4)))).isFalse();
        assertThat(config.test(told(open("/etc/app", 5)))).isFalse();
        assertThat(config.test(told(CallFixture.call("read").args(3, 0x1000, 10))))
                .isTrue();
        assertThat(config.test(told(CallFixture.call("read").args(4, 0x1000, 10))))
                .isFalse();
        assertThat(config.test(told(CallFixture.call("dup").args(3).returns(6))))
                .isTrue();
        assertThat(config.test(told(CallFixture.call("sendfile").args(9, 6, 0, 10))))
                .isTrue();
        assertThat(config.test(told(CallFixture.call("close").args(6)))).isTrue();
        assertThat(config.test(told(CallFixture.call("close").args(6).fails(9))))
                .isFalse();
        assertThat(config.test(told(CallFixture.call("getppid")))).isFalse();
    }

    @Test
    void aFileIsMeantThatCouldNotBeOpened() throws Exception {
        assertThat(about("/etc/app/config").test(told(open("/etc/app/config", 0).fails(2))))
                .isTrue();
    }

    @Test
    void aRelativePathIsMeantAsItStandsAndAsItIsFromItsFolder() throws Exception {
        told(open("/etc/app", 3));

        assertThat(about("/etc/app/config")
                        .test(told(CallFixture.call("openat")
                                .args(3, 0x1000, 0)
                                .string(1, "config")
                                .returns(4))))
                .isTrue();
        assertThat(new Subjects(Set.of("config"), List.of())
                        .in(descriptors)
                        .test(told(
                                CallFixture.call("unlinkat").args(3, 0x1000, 0).string(1, "config"))))
                .isTrue();
    }

    @Test
    void ofTwoPathsEachIsMeant() throws Exception {
        told(CallFixture.call("chdir").args(0x1000).string(0, "/etc/app"));
        CallFixture rename =
                CallFixture.call("rename").args(0x1000, 0x2000).string(0, "tmp").string(1, "config");

        assertThat(about("/etc/app/tmp").test(told(rename))).isTrue();
        assertThat(about("/etc/app/config").test(told(rename))).isTrue();
        assertThat(about("/etc/app/other").test(told(rename))).isFalse();
        told(open("/srv", 5));
        assertThat(about("/srv/config")
                        .test(told(CallFixture.call("linkat")
                                .args(AT_FDCWD, 0x1000, 5, 0x2000, 0)
                                .string(1, "config")
                                .string(3, "config"))))
                .isTrue();
    }

    @Test
    void whatASymbolicLinkSaysBeginsAtNoFolderOfTheCaller() throws Exception {
        told(CallFixture.call("chdir").args(0x1000).string(0, "/etc/app"));
        CallFixture link = CallFixture.call("symlink")
                .args(0x1000, 0x2000)
                .string(0, "config")
                .string(1, "/srv/link");

        assertThat(about("/srv/link").test(told(link))).isTrue();
        assertThat(about("/etc/app/config").test(told(link))).isFalse();
    }

    /** Else a program whose working directory is meant would be meant with each path it uses. */
    @Test
    void aFolderIsNotMeantByWhatAPathBeginsAt() throws Exception {
        told(CallFixture.call("chdir").args(0x1000).string(0, "/etc/app"));

        assertThat(about("/etc/app").test(told(open("config", 3)))).isFalse();
        assertThat(about("/etc/app")
                        .test(told(CallFixture.call("openat")
                                .args(AT_FDCWD, 0x1000, 0)
                                .string(1, ".")
                                .returns(4))))
                .isTrue();
        assertThat(about("/etc/app").test(told(CallFixture.call("getdents64").args(4, 0x1000, 100))))
                .isTrue();
    }

    @Test
    void aPathThatWasNotReadToItsEndIsNoPath() throws Exception {
        assertThat(about("/etc/app")
                        .test(told(CallFixture.call("openat")
                                .args(AT_FDCWD, 0x1000, 0)
                                .bytes(1, "/etc/app".getBytes(StandardCharsets.UTF_8), true)
                                .returns(3))))
                .isFalse();
    }

    @Test
    void aConnectionIsMeantFromItsConnectToItsClose() throws Exception {
        Predicate<SyscallCall> database = with("10.0.0.9:5432");

        assertThat(database.test(told(socket(3)))).isFalse();
        assertThat(database.test(told(connect(3)))).isTrue();
        assertThat(database.test(told(CallFixture.call("write").args(3, 0x1000, 1))))
                .isTrue();
        assertThat(database.test(told(CallFixture.call("setsockopt").args(3, 1, 9, 0x1000, 4))))
                .isTrue();
        assertThat(database.test(told(CallFixture.call("epoll_ctl").args(8, 1, 3, 0x1000))))
                .isTrue();
        assertThat(database.test(told(CallFixture.call("close").args(3)))).isTrue();
        assertThat(database.test(told(CallFixture.call("read").args(9, 0x1000, 1))))
                .isFalse();
        assertThat(with("10.0.0.9:80").test(told(connect(4)))).isFalse();
    }

    @Test
    void aConnectThatFailsOrHasNotEndedIsMeant() throws Exception {
        told(socket(3));

        assertThat(with(":5432").test(told(connect(3).fails(111)))).isTrue();
        assertThat(with(":5432").test(told(connect(3).fails(EINPROGRESS)))).isTrue();
    }

    @Test
    void anAcceptedConnectionIsMeantByWhoConnected() throws Exception {
        told(socket(3));

        assertThat(with("10.0.0.0/24")
                        .test(told(CallFixture.call("accept4")
                                .args(3, 0x1000, 0x2000, 0)
                                .written(1, PEER, false)
                                .returns(4))))
                .isTrue();
        assertThat(with("10.0.0.9").test(told(CallFixture.call("read").args(4, 0x1000, 1))))
                .isTrue();
    }

    @Test
    void aDatagramIsMeantByWhereItGoesAndWhenceItComes() throws Exception {
        assertThat(with("10.0.0.9")
                        .test(told(CallFixture.call("sendto")
                                .args(3, 0x1000, 1, 0, 0x2000, 16)
                                .data(4, false, PEER))))
                .isTrue();
        assertThat(with("10.0.0.9")
                        .test(told(CallFixture.call("recvmsg")
                                .args(3, 0x1000, 0)
                                .data(new CapturedData(1, Part.NAME, 0, true, PEER, false, 0))
                                .returns(1))))
                .isTrue();
    }

    @Test
    void aSocketOfThisMachineIsMeantByItsPath() throws Exception {
        byte[] local = "\1\0/run/app.sock\0".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(with("/run/app.sock")
                        .test(told(
                                CallFixture.call("connect").args(3, 0x1000, 16).data(1, false, local))))
                .isTrue();
        assertThat(with("/run/other.sock")
                        .test(told(
                                CallFixture.call("connect").args(3, 0x1000, 16).data(1, false, local))))
                .isFalse();
    }

    @Test
    void aPollIsMeantByAnyOfItsDescriptors() throws Exception {
        told(socket(3));
        told(connect(3));
        told(open("/dev/random", 5));
        byte[] waits = HexFormat.of().parseHex("0400000001000000" + "0300000001000000" + "0500000001000000");
        CallFixture poll = CallFixture.call("poll").args(0x1000, 3, 5_000).bytes(0, waits, false);

        assertThat(with("10.0.0.9").test(told(poll))).isTrue();
        assertThat(about("/dev/random").test(told(poll))).isTrue();
        assertThat(about("/dev/null").test(told(poll))).isFalse();
        assertThat(with("10.0.0.8").test(told(poll))).isFalse();
    }

    @Test
    void ofPathsAndPeersOneIsEnough() throws Exception {
        Predicate<SyscallCall> either = Subjects.written(List.of("/etc/a", "/etc/b"), List.of("10.0.0.9", "/run/x"))
                .in(descriptors);

        assertThat(either.test(told(open("/etc/b", 3)))).isTrue();
        assertThat(either.test(told(connect(4)))).isTrue();
        assertThat(either.test(told(open("/etc/c", 5)))).isFalse();
    }

    @Test
    void bytesThatAreNoTextAreWrittenAsSpansWriteThem() throws Exception {
        byte[] name = "/srv/jos\u00e9\\".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(about("/srv/jos\\351\\\\")
                        .test(told(CallFixture.call("chdir").args(0x1000).bytes(0, name, false))))
                .isTrue();
        assertThat(about("/srv/jos\u00e9\\\\")
                        .test(told(CallFixture.call("chdir").args(0x1000).bytes(0, name, false))))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a\\", "/a\\n", "/a\\400", "/a\\18"})
    void aBackslashThatIsNoEscapeIsRefused(String path) {
        assertThatThrownBy(() -> Subjects.written(List.of(path), List.of()))
                .isInstanceOf(PeerPattern.InvalidException.class)
                .hasMessageStartingWith("'" + path + "' has a backslash that is no escape");
    }

    private Predicate<SyscallCall> about(String path) throws PeerPattern.InvalidException {
        return Subjects.written(List.of(path), List.of()).in(descriptors);
    }

    private Predicate<SyscallCall> with(String peer) throws PeerPattern.InvalidException {
        return Subjects.written(List.of(), List.of(peer)).in(descriptors);
    }

    /** The call, now that it is being delivered. */
    private SyscallCall told(CallFixture call) {
        SyscallCall built = call.times(micros * 1_000, (micros + 1) * 1_000).build();
        micros += 2;
        descriptors.onCall(built);
        return built;
    }

    private static CallFixture open(String path, int result) {
        return CallFixture.call("openat")
                .args(AT_FDCWD, 0x1000, 0)
                .string(1, path)
                .returns(result);
    }

    private static CallFixture socket(int result) {
        return CallFixture.call("socket").args(2, 1, 0).returns(result);
    }

    private static CallFixture connect(int socket) {
        return CallFixture.call("connect").args(socket, 0x1000, 16).data(1, false, PEER);
    }
}
