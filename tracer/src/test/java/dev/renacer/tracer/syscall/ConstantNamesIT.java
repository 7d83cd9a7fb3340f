// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** constants.tsv against the headers of this machine, of x86-64: names that these do not define are newer, or enumerators. */
class ConstantNamesIT {
    private static final List<String> HEADERS = List.of(
            "stdio.h",
            "fcntl.h",
            "unistd.h",
            "sys/mman.h",
            "sys/stat.h",
            "sys/socket.h",
            "netinet/in.h",
            "netinet/tcp.h",
            "sys/wait.h",
            "sched.h",
            "signal.h",
            "time.h",
            "sys/time.h",
            "sys/file.h",
            "sys/resource.h",
            "sys/prctl.h",
            "sys/epoll.h",
            "sys/inotify.h",
            "sys/random.h",
            "sys/ioctl.h",
            "sys/xattr.h",
            "sys/ipc.h",
            "sys/msg.h",
            "sys/sem.h",
            "sys/poll.h",
            "sys/fanotify.h",
            "sys/reboot.h",
            "sys/personality.h",
            "linux/keyctl.h",
            "linux/kcmp.h",
            "linux/landlock.h",
            "linux/openat2.h",
            "linux/magic.h",
            "linux/perf_event.h",
            "linux/io_uring.h",
            "linux/fiemap.h",
            "linux/fs.h",
            "linux/quota.h",
            "linux/serial.h",
            "linux/if_tun.h",
            "linux/userfaultfd.h",
            "sys/shm.h",
            "sys/mount.h",
            "asm/prctl.h",
            "linux/futex.h",
            "linux/seccomp.h",
            "linux/netlink.h",
            "linux/close_range.h",
            "linux/falloc.h",
            "linux/sockios.h",
            "linux/capability.h",
            "linux/mempolicy.h");
    /**
     * What a 64-bit C library need not give the kernel: for it these are 0, and other names of F_GETLK and so on; and
     * what it calls otherwise: its __O_TMPFILE is the kernel's O_TMPFILE.
     */
    private static final Set<String> UNLIKE_THE_KERNELS =
            Set.of("O_LARGEFILE", "F_GETLK64", "F_SETLK64", "F_SETLKW64", "__O_TMPFILE");

    private static final long INT = 0xffff_ffffL;

    @TempDir
    private Path folder;

    @Test
    void eachNameHasTheValueOfTheHeaders() throws IOException, InterruptedException {
        Assumptions.assumeTrue(
                System.getProperty("os.arch").equals("amd64"), "the headers are of another architecture");
        Map<String, Long> ours = ours();

        Map<String, Long> theirs = theirs(ours.keySet());

        assertThat(theirs).hasSizeGreaterThan(ours.size() / 2);
        theirs.entrySet().removeIf(same -> same.getValue().equals(ours.get(same.getKey())));
        assertThat(theirs).as("what differs, with the value of the headers").isEmpty();
    }

    private static Map<String, Long> ours() {
        Map<String, Long> values = new TreeMap<>();
        Map<String, ConstantNames> sets = new TreeMap<>(new ConstantSets().named());
        sets.putAll(ConstantSets.ofFields().named());
        sets.forEach((set, constants) -> {
            if (!set.endsWith("@AARCH64")) {
                constants.names().stream()
                        .filter(name -> name.matches("[A-Za-z_]\\w*") && !UNLIKE_THE_KERNELS.contains(name))
                        .forEach(name -> {
                            long value = constants.value(name) & INT;
                            assertThat(values.put(name, value)).as(name).isIn(null, value);
                        });
            }
        });
        return values;
    }

    private Map<String, Long> theirs(Iterable<String> names) throws IOException, InterruptedException {
        StringBuilder source = new StringBuilder("#define _GNU_SOURCE\n");
        HEADERS.forEach(header -> source.append("#include <").append(header).append(">\n"));
        source.append("int main(void) {\n");
        for (String name : names) {
            source.append("#ifdef ").append(name).append("\nprintf(\"").append(name);
            source.append(" %lld\\n\", (long long)(").append(name).append("));\n#endif\n");
        }
        Path file = Files.writeString(folder.resolve("constants.c"), source.append("}\n"));
        Path program = folder.resolve("constants");
        run(List.of("gcc", "-w", "-o", program.toString(), file.toString()));
        Map<String, Long> values = new TreeMap<>();
        for (String line : run(List.of(program.toString()))) {
            int blank = line.indexOf(' ');
            values.put(line.substring(0, blank), Long.parseLong(line.substring(blank + 1)) & INT);
        }
        return values;
    }

    private List<String> run(List<String> command) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(new ArrayList<>(command))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor()).as(Files.readString(output)).isZero();
        return Files.readAllLines(output);
    }
}
