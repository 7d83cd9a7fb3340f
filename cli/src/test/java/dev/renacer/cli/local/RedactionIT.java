// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A real program with 50 secrets in its arguments, its environment, what it writes and reads, its paths and the addresses of
 * its sockets: no output has any of them, nor what is left of one that was cut; without redaction they are there.
 */
class RedactionIT {
    /** What every secret begins with, two digits behind it; it stands nowhere else. */
    private static final Pattern BEGINNING = Pattern.compile("(?i)zq([0-9]{2})");

    /** Where they are in the arguments of a program; @ stands for one. */
    private static final List<String> ARGUMENTS = List.of(
            "--password=@",
            "--password",
            "@",
            "--api-key=@",
            "--token",
            "@",
            "postgres://app:@@db/shop",
            "https://x.org/cb?code=@",
            "PGPASSWORD=@",
            "Authorization: Bearer @",
            "-Dssl.keyStorePassword=@",
            "ghp_@",
            "sk-@AAAAAAAA",
            "{\"secret\": \"@\"}");

    private static final List<String> ENVIRONMENT = List.of(
            "DB_PASSWORD=@",
            "AWS_SECRET_ACCESS_KEY=@",
            "API_TOKEN=@",
            "SESSION_KEY=@",
            "DATABASE_URL=postgres://app:@@db/shop",
            "REDIS_URL=redis://:@@cache:6379",
            "GITHUB=ghp_@",
            "COOKIE=@",
            "CREDENTIALS=@",
            "MY_PRIVATE_KEY=@");

    /** Of these, 32 bytes are shown: of some a part of the secret. */
    private static final List<String> TEXTS = List.of(
            "password=@",
            "GET /login?otp=@ HTTP/1.1\r\n",
            "Authorization: Bearer @",
            "Cookie: sid=@; a=b\r\n",
            "{\"password\":\"@\"}",
            "AUTH @\r\n",
            "USER a\r\nPASS @\r\n",
            "*2\r\n$4\r\nAUTH\r\n$11\r\n@\r\n",
            "api_key=@",
            "postgres://app:@@db:5432/shop",
            "-----BEGIN PRIVATE KEY-----\n@\n-----END PRIVATE KEY-----\n",
            "a text of some length, sk-@AAAAAAAA",
            "a somewhat longer text, npm_@AAAA",
            "and yet another one, ghp_@",
            "xoxb-@",
            "AKIA@");

    private static final List<String> PATHS = List.of(
            "d/login?sid=@",
            "d/password=@",
            "d/api_key=@",
            "d/ghp_@",
            "d/glpat-@",
            "d/token:@",
            "d/https:,,x,?secret=@",
            "d/SG.@AAAAAAAA",
            "d/client_secret=@",
            "d/hvs.@",
            "d/access_token=@",
            "d/xoxb-@");

    private static final String SOURCE = """
            #define _GNU_SOURCE
            #include <fcntl.h>
            #include <stdio.h>
            #include <string.h>
            #include <sys/mman.h>
            #include <sys/socket.h>
            #include <sys/stat.h>
            #include <sys/uio.h>
            #include <sys/un.h>
            #include <unistd.h>
            static char room[4096];
            static void talk(const char *path) {
                struct sockaddr_un at = {.sun_family = AF_UNIX}, peer;
                socklen_t length = sizeof peer;
                (void)snprintf(at.sun_path, sizeof at.sun_path, "%s", path);
                int server = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0);
                if (bind(server, (struct sockaddr *)&at, sizeof at) == 0 && listen(server, 1) == 0
                        && connect(client, (struct sockaddr *)&at, sizeof at) == 0) {
                    int accepted = accept(server, (struct sockaddr *)&peer, &length);
                    (void)write(client, "x", 1);
                    (void)read(accepted, room, sizeof room);
                    (void)getpeername(client, (struct sockaddr *)&peer, &length);
                    (void)close(accepted);
                }
                (void)close(server);
                (void)close(client);
            }
            static void use(const char *path) {
                struct stat status;
                int fd = open(path, O_CREAT | O_RDWR, 0600);
                (void)stat(path, &status);
                (void)write(fd, "x", 1);
                (void)fchmod(fd, 0644);
                (void)symlink(path, "d/link");
                (void)readlink("d/link", room, sizeof room);
                (void)rename(path, "d/moved");
                (void)unlink("d/link");
                (void)unlink("d/moved");
                (void)close(fd);
                (void)mkdir(path, 0700);
                (void)chdir(path);
                (void)getcwd(room, sizeof room);
                (void)open("inside", O_RDONLY);
                (void)chdir("../..");
                (void)rmdir(path);
                talk(path);
                (void)unlink(path);
                fd = memfd_create(path, 0);
                (void)write(fd, "x", 1);
                (void)close(fd);
            }
            static void transfer(const int *ends, const char *text) {
                struct iovec out = {(void *)text, strlen(text)}, in = {room, sizeof room};
                struct msghdr sent = {.msg_iov = &out, .msg_iovlen = 1}, got = {.msg_iov = &in, .msg_iovlen = 1};
                (void)write(ends[0], text, strlen(text));
                (void)read(ends[1], room, sizeof room);
                (void)writev(ends[0], &out, 1);
                (void)readv(ends[1], &in, 1);
                (void)sendmsg(ends[1], &sent, 0);
                (void)recvmsg(ends[0], &got, 0);
                (void)send(ends[1], text, strlen(text), 0);
                (void)recv(ends[0], room, sizeof room, 0);
            }
            int main(int argc, char **argv) {
                if (argc == 1) {
                    char *arguments[] = {argv[0], ARGUMENTS, NULL}, *environment[] = {ENVIRONMENT, NULL};
                    (void)execve(argv[0], arguments, environment);
                    return 1;
                }
                static const char *const texts[] = {TEXTS}, *const paths[] = {PATHS};
                *strrchr(argv[0], '/') = 0;
                int ends[2];
                if (chdir(argv[0]) != 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) {
                    return 2;
                }
                (void)mkdir("d", 0700);
                for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
                    transfer(ends, texts[i]);
                }
                for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
                    use(paths[i]);
                }
                return 0;
            }
            """;

    /** How the trace is written. */
    enum Output {
        TEXT("-T -tt"),
        NAMES("-y"),
        ALL_NAMES("-yy"),
        EVERYTHING("-v --string-limit 200"),
        JSON("--format json"),
        JSON_LINES("--format jsonl"),
        CSV("--format csv"),
        PERFETTO("--format perfetto"),
        SUMMARY("-c"),
        A_FILE_OF_EACH_THREAD("-ff"),
        SPANS("--otlp-service-name redaction");

        private final String flags;

        Output(String flags) {
            this.flags = flags;
        }
    }

    @TempDir
    private static Path folder = Path.of("");

    private static Path program = Path.of("");
    private static int planted;

    @BeforeAll
    static void compile() throws IOException {
        Path source = Files.writeString(
                folder.resolve("program.c"),
                SOURCE.replace("{argv[0], ARGUMENTS,", "{argv[0], " + literals(ARGUMENTS) + ",")
                        .replace("{ENVIRONMENT,", "{" + literals(ENVIRONMENT) + ",")
                        .replace("{TEXTS}", "{" + literals(TEXTS) + "}")
                        .replace("{PATHS}", "{" + literals(PATHS) + "}"));
        program = folder.resolve("program");
        Run built = Run.of(List.of("gcc", "-w", "-o", program.toString(), source.toString()));
        assertThat(built.code()).as(built.err()).isZero();
        assertThat(planted).isEqualTo(50);
    }

    @ParameterizedTest
    @EnumSource
    void noOutputHasASecret(Output output) throws IOException {
        assertThat(secrets(trace(output, List.of()))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SUMMARY")
    void withoutRedactionTheyAreThere(Output output) throws IOException {
        int environment = ENVIRONMENT.size();
        int arguments =
                (int) ARGUMENTS.stream().filter(text -> text.contains("@")).count();
        Set<Integer> shown = secrets(trace(output, List.of("--no-redact")));

        assertThat(shown)
                .containsAll(IntStream.rangeClosed(1, planted)
                        .boxed()
                        .filter(number -> number <= arguments
                                || number > arguments + environment
                                || output == Output.EVERYTHING) // the others do not show the environment
                        .toList());
    }

    /** The texts as C has them, each @ a secret of its own. */
    private static String literals(List<String> texts) {
        return texts.stream()
                .map(text -> text.contains("@") ? text.replaceFirst("@", "ZQ%02dHUNTER2".formatted(++planted)) : text)
                .map(text -> '"'
                        + text.replace("\\", "\\\\")
                                .replace("\"", "\\\"")
                                .replace("\r", "\\r")
                                .replace("\n", "\\n")
                        + '"')
                .collect(Collectors.joining(", "));
    }

    /** Everything that a trace of the program leaves behind. */
    private static String trace(Output output, List<String> further) throws IOException {
        Path traces = Files.createTempDirectory(folder, "traces");
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            List<String> arguments =
                    new ArrayList<>(List.of("-f", "-o", traces.resolve("trace").toString()));
            if (output == Output.A_FILE_OF_EACH_THREAD) {
                arguments.removeFirst();
            }
            if (output == Output.SPANS) {
                arguments.addAll(List.of("--otlp-endpoint", receiver.grpcUrl()));
            }
            arguments.addAll(List.of(output.flags.split(" ", -1)));
            arguments.addAll(further);
            arguments.addAll(List.of("--", program.toString()));
            Run run = Run.renacer(arguments.toArray(String[]::new));
            assertThat(run.code()).as(run.err()).isZero();
            StringBuilder all = new StringBuilder(run.err());
            if (output == Output.SPANS) {
                assertThat(receiver.spans()).isNotEmpty();
                receiver.resources().forEach(all::append);
                return all.toString();
            }
            try (Stream<Path> files = Files.list(traces)) {
                for (Path file : files.toList()) {
                    assertThat(file).isNotEmptyFile();
                    all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
                }
            }
            return all.toString();
        }
    }

    private static Set<Integer> secrets(String text) {
        return BEGINNING
                .matcher(text)
                .results()
                .map(found -> Integer.valueOf(found.group(1)))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
