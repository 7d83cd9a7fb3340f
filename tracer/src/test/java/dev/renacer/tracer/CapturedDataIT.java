// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.capture.CaptureOptions;
import dev.renacer.capture.LaunchSpec;
import dev.renacer.capture.ring.RingPolicy;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.filter.SyscallFilter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the arguments of a real program's calls point to, from its memory to {@link SyscallCall#data()}. */
class CapturedDataIT {
    private static final String SOURCE = """
            #define _GNU_SOURCE
            #include <fcntl.h>
            #include <netinet/in.h>
            #include <poll.h>
            #include <string.h>
            #include <sys/prctl.h>
            #include <sys/socket.h>
            #include <sys/stat.h>
            #include <sys/syscall.h>
            #include <sys/uio.h>
            #include <sys/wait.h>
            #include <time.h>
            #include <unistd.h>
            int main(int argc, char **argv) {
                if (argc > 1) {
                    return 7;
                }
                struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
                socklen_t length = sizeof at;
                struct sockaddr_storage peer;
                socklen_t room = sizeof peer;
                int server = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0), ends[2];
                if (bind(server, (struct sockaddr *)&at, length) != 0 || listen(server, 1) != 0
                        || getsockname(server, (struct sockaddr *)&at, &length) != 0
                        || connect(client, (struct sockaddr *)&at, length) != 0) {
                    return 1;
                }
                int accepted = accept4(server, (struct sockaddr *)&peer, &room, SOCK_CLOEXEC);
                struct iovec two[] = {{"hello ", 6}, {"world", 5}};
                struct msghdr message = {.msg_iov = two, .msg_iovlen = 2};
                char buffer[64];
                if (sendmsg(client, &message, 0) != 11 || read(accepted, buffer, sizeof buffer) != 11
                        || syscall(SYS_pipe2, ends, 0) != 0 || write(ends[1], "long enough to be cut", 21) != 21) {
                    return 2;
                }
                struct pollfd ready = {.fd = ends[0], .events = POLLIN};
                struct timespec moment = {.tv_nsec = 1000};
                struct stat status;
                if (poll(&ready, 1, 0) != 1 || syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &moment, NULL) != 0
                        || fstat(ends[0], &status) != 0) {
                    return 3;
                }
                struct flock lock = {.l_type = F_RDLCK};
                if (prctl(PR_SET_NAME, "shown") != 0 || prctl(PR_SET_DUMPABLE, 1) != 0
                        || fcntl(server, F_GETLK, &lock) != 0) {
                    return 4;
                }
                if (fork() == 0) {
                    execve(argv[0], (char *[]){"again", "", "with spaces", NULL}, (char *[]){"ONLY=this", NULL});
                    _exit(4);
                }
                int how;
                return wait4(-1, &how, 0, NULL) > 0 && WEXITSTATUS(how) == 7 ? 0 : 5;
            }
            """;

    @TempDir
    private static Path folder;

    private static Path program;

    @BeforeAll
    static void compile() throws Exception {
        Path source = Files.writeString(folder.resolve("program.c"), SOURCE);
        program = folder.resolve("program");
        Process gcc = new ProcessBuilder("gcc", "-w", "-o", program.toString(), source.toString())
                .inheritIO()
                .start();
        assertThat(gcc.waitFor()).isZero();
    }

    @Test
    void everythingIsReadInFull() throws Exception {
        List<SyscallCall> calls = traced(ArgumentDetail.FULL, 12);

        CapturedData address = only(calls, "connect").data(1).orElseThrow();
        assertThat(address.bytes()).hasSize(16).startsWith(2, 0);
        assertThat(address.atExit()).isFalse();

        List<CapturedData> accepted = only(calls, "accept4").data();
        assertThat(accepted).extracting(CapturedData::argument).containsExactly(2, 1, 2);
        assertThat(accepted).extracting(CapturedData::atExit).containsExactly(false, true, true);
        assertThat(accepted).extracting(piece -> piece.bytes().length).containsExactly(4, 16, 4);
        assertThat(number(accepted.getFirst())).isEqualTo(128);
        assertThat(number(accepted.getLast())).isEqualTo(16);

        List<CapturedData> sent = only(calls, "sendmsg").data();
        assertThat(sent)
                .extracting(CapturedData::part)
                .containsExactly(Part.DATA, Part.VECTOR, Part.ELEMENT, Part.ELEMENT);
        assertThat(text(sent.get(2))).isEqualTo("hello ");
        assertThat(text(sent.get(3))).isEqualTo("world");
        assertThat(sent.get(3).index()).isOne();

        assertThat(calls.stream().filter(call -> call.syscall().name().equals("read") && call.result() == 11))
                .singleElement()
                .satisfies(call -> assertThat(text(call.data().getFirst())).isEqualTo("hello world"));
        assertThat(only(calls, "write").data(1)).hasValueSatisfying(written -> {
            assertThat(text(written)).isEqualTo("long enough ");
            assertThat(written.cut()).isTrue();
        });
        assertThat(only(calls, "pipe2").written(0))
                .hasValueSatisfying(ends -> assertThat(ends).hasSize(8));
    }

    @Test
    void theArgumentsOfAProgramAreReadOneByOne() throws Exception {
        List<CapturedData> again = ofTheSecondProgram(ArgumentDetail.VERBOSE);

        assertThat(again).extracting(CapturedData::argument).containsExactly(0, 1, 1, 1, 1, 2, 2);
        assertThat(again.stream().filter(piece -> piece.part() == Part.ELEMENT))
                .extracting(CapturedDataIT::text)
                .containsExactly("again", "", "with spaces", "ONLY=this");
        assertThat(again).noneMatch(CapturedData::cut);
    }

    @Test
    void ofTheEnvironmentOnlyTheSizeIsReadUnlessAllIsShown() throws Exception {
        List<CapturedData> again = ofTheSecondProgram(ArgumentDetail.FULL);

        assertThat(again.stream().filter(piece -> piece.argument() == 2))
                .singleElement()
                .satisfies(count -> assertThat(count.bytes()).startsWith(1, 0, 0, 0));
        assertThat(again.stream().filter(piece -> piece.part() == Part.ELEMENT))
                .extracting(CapturedDataIT::text)
                .containsExactly("again", "", "with spaces");
        assertThat(again).noneMatch(CapturedData::cut);
    }

    private List<CapturedData> ofTheSecondProgram(ArgumentDetail detail) throws Exception {
        List<SyscallCall> made = traced(detail, 12).stream()
                .filter(call -> call.syscall().name().equals("execve"))
                .toList();
        assertThat(made).hasSize(2);
        return made.getLast().data();
    }

    @Test
    void whatAnArgumentIsMayDependOnAnother() throws Exception {
        List<SyscallCall> calls = traced(ArgumentDetail.FULL, 12);

        List<SyscallCall> prctls = calls.stream()
                .filter(call -> call.syscall().name().equals("prctl"))
                .toList();
        assertThat(prctls).hasSize(2);
        assertThat(prctls.getFirst().data())
                .singleElement()
                .satisfies(name -> assertThat(text(name)).isEqualTo("shown"));
        assertThat(prctls.getLast().data()).isEmpty();
        SyscallCall locked = only(calls, "fcntl");
        assertThat(locked.data())
                .singleElement()
                .satisfies(lock -> assertThat(lock.bytes()).hasSize(32));
        assertThat(locked.written(2))
                .hasValueSatisfying(lock -> assertThat(lock).startsWith(2, 0)); // F_UNLCK
    }

    @Test
    void namesLeaveContentsOut() throws Exception {
        List<SyscallCall> calls = traced(ArgumentDetail.NAMES, 12);

        assertThat(only(calls, "connect").data(1)).isPresent();
        assertThat(only(calls, "clock_nanosleep").data(2))
                .hasValueSatisfying(time -> assertThat(time.bytes()).hasSize(16));
        CapturedData before = only(calls, "poll", "ppoll").data().getFirst();
        assertThat(before.bytes()).hasSize(8).endsWith(0, 0);
        assertThat(only(calls, "poll", "ppoll").written(0))
                .hasValueSatisfying(ready -> assertThat(ready[6]).isOne());
        assertThat(only(calls, "wait4").written(1))
                .hasValueSatisfying(how -> assertThat(how[1]).isEqualTo((byte) 7));
        assertThat(only(calls, "write").data()).isEmpty();
        assertThat(only(calls, "sendmsg").data())
                .extracting(CapturedData::part)
                .containsExactly(Part.DATA, Part.VECTOR);
        assertThat(calls.stream().filter(call -> call.syscall().name().equals("execve")))
                .allSatisfy(call -> assertThat(call.data())
                        .singleElement()
                        .satisfies(path -> assertThat(text(path)).isEqualTo(program.toString())));
    }

    @Test
    void nothingIsReadWithoutDetail() throws Exception {
        assertThat(traced(ArgumentDetail.NONE, 12))
                .allSatisfy(call -> assertThat(call.data()).isEmpty());
    }

    private static List<SyscallCall> traced(ArgumentDetail detail, int bufferLimit) throws Exception {
        RecordingListener seen = new RecordingListener();
        CaptureOptions options = new CaptureOptions(
                        SyscallFilter.EVERYTHING.plan(detail),
                        RingPolicy.BLOCK,
                        1 << 13,
                        1 << 20,
                        256,
                        true,
                        Optional.empty(),
                        Optional.empty())
                .withBuffers(bufferLimit);
        try (Tracing tracing = Tracing.open("data", options, List.of(seen))) {
            tracing.launch(new LaunchSpec(program.toString(), List.of(program.toString()), Optional.empty()));
            assertThat(tracing.awaitEnd(Duration.ofSeconds(60))).isTrue();
            assertThat(tracing.launchedExit())
                    .hasValueSatisfying(exit -> assertThat(exit.exitCode()).contains(0));
        }
        return seen.calls();
    }

    private static SyscallCall only(List<SyscallCall> calls, String... names) {
        List<SyscallCall> found = calls.stream()
                .filter(call -> List.of(names).contains(call.syscall().name()))
                .toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private static String text(CapturedData piece) {
        return new String(piece.bytes(), StandardCharsets.UTF_8);
    }

    private static int number(CapturedData piece) {
        return ByteBuffer.wrap(piece.bytes()).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }
}
