// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.descriptor.address.SocketProtocol;
import dev.renacer.tracer.redact.Redactor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcDescriptorsTest {
    @TempDir
    Path proc;

    @Test
    void linksSayWhatADescriptorIs() {
        assertThat(of("/etc/passwd")).contains(new Descriptor.File("/etc/passwd", false));
        assertThat(of("/tmp/x (deleted)")).contains(new Descriptor.File("/tmp/x", true));
        assertThat(of("/memfd:pool (deleted)")).contains(new Descriptor.Memory("pool"));
        assertThat(of("pipe:[12]")).contains(new Descriptor.Pipe(12));
        assertThat(of("socket:[34]"))
                .contains(new Descriptor.Socket(SocketProtocol.UNKNOWN, 34, Optional.empty(), Optional.empty()));
        assertThat(of("anon_inode:[eventpoll]")).contains(new Descriptor.Anonymous("[eventpoll]"));
        assertThat(of("anon_inode:inotify")).contains(new Descriptor.Anonymous("inotify"));
        assertThat(of("net:[4026531840]")).contains(new Descriptor.Other("net:[4026531840]"));
    }

    @Test
    void pathsAreThoseThatTheProcessSees() {
        assertThat(ProcDescriptors.of("/srv/jail/etc/passwd", "/srv/jail"))
                .contains(new Descriptor.File("/etc/passwd", false));
        assertThat(ProcDescriptors.of("/srv/jail", "/srv/jail")).contains(new Descriptor.File("/", false));
        assertThat(ProcDescriptors.of("/srv/jailer/x", "/srv/jail")).isEmpty();
    }

    @Test
    void aFolderOfAProcessIsRead() throws Exception {
        Path folder = Files.createDirectories(proc.resolve("7/fd"));
        Files.createSymbolicLink(folder.resolve("0"), Path.of("/dev/null"));
        Files.createSymbolicLink(folder.resolve("5"), Path.of("/srv/\ufffd"));
        Files.createSymbolicLink(proc.resolve("7/cwd"), Path.of("/home"));
        ProcDescriptors descriptors = new ProcDescriptors(proc);

        assertThat(descriptors.descriptors(7)).hasSize(1).containsEntry(0, new Descriptor.File("/dev/null", false));
        assertThat(descriptors.descriptor(7, 0)).contains(new Descriptor.File("/dev/null", false));
        assertThat(descriptors.descriptor(7, 5))
                .as("a name that could not be decoded")
                .isEmpty();
        assertThat(descriptors.descriptor(7, 6)).isEmpty();
        assertThat(descriptors.folder(7)).contains(new Descriptor.File("/home", false));
        assertThat(descriptors.descriptors(8)).isEmpty();
    }

    @Test
    void socketsAreFoundByTheirNumbers() throws Exception {
        Path net = Files.createDirectories(proc.resolve("7/net"));
        Files.writeString(net.resolve("tcp"), """
                  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
                   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11 1 0 100
                   1: 0700000A:A354 0900000A:1538 01 00000000:00000000 00:00000000 00000000     0        0 12 1 0 100
                """);
        Files.writeString(net.resolve("udp6"), """
                  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
                  99: 00000000000000000000000001000000:0035 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 13 2 0 0
                """);
        Files.writeString(net.resolve("unix"), """
                Num       RefCount Protocol Flags    Type St Inode Path
                0000000000000000: 00000002 00000000 00010000 0001 01 14 /run/x y.sock
                0000000000000000: 00000002 00000000 00010000 0002 01 15
                0000000000000000: 00000002 00000000 00010000 0005 01 16 @abstract
                0000000000000000: 00000002 00000000 00010000 0001 01 17 @with@more
                """);

        Files.writeString(net.resolve("netlink"), """
                sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode
                0000000000000000 16  4242       00000000 0        0        0     2        0        19
                """);

        assertThat(new ProcDescriptors(proc).sockets(7, Set.of(19L)).get(19L))
                .isNotNull()
                .satisfies(socket -> assertThat(socket.protocol().netlink()).hasValue(16));
        assertThat(new ProcDescriptors(proc)
                        .sockets(7, Set.of(11L, 12L, 13L, 14L, 15L, 16L, 17L, 18L))
                        .values())
                .extracting(ProcDescriptorsTest::text)
                .containsExactlyInAnyOrder(
                        "<TCP:[127.0.0.1:8080]>",
                        "<TCP:[10.0.0.7:41812->10.0.0.9:5432]>",
                        "<UDPv6:[[::1]:53]>",
                        "<UNIX-STREAM:[14,\"/run/x y.sock\"]>",
                        "<UNIX:[15]>",
                        "<UNIX:[16,@\"abstract\"]>",
                        "<UNIX-STREAM:[17]>");
    }

    @Test
    void namesThatProcShowsHaveNoSecrets() throws Exception {
        Path folder = Files.createDirectories(proc.resolve("7/fd"));
        String secret = "AKIAIOSFODNN7EXAMPLE";
        Files.createSymbolicLink(folder.resolve("0"), Path.of("/srv/" + secret));
        Files.createSymbolicLink(proc.resolve("7/cwd"), Path.of("/home/" + secret));
        RedactedSource source = new RedactedSource(new ProcDescriptors(proc), Redactor.known());

        assertThat(source.descriptor(7, 0)).get().asString().doesNotContain(secret);
        assertThat(source.descriptors(7).get(0)).asString().doesNotContain(secret);
        assertThat(source.folder(7)).get().asString().doesNotContain(secret);
    }

    private static Optional<Descriptor> of(String link) {
        return ProcDescriptors.of(link, "/");
    }

    private static String text(Descriptor what) {
        StringBuilder out = new StringBuilder();
        NameWriter.write(out, what, NameWriter.Style.ALL);
        return out.toString();
    }
}
