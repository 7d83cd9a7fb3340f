// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Run;
import dev.renacer.cli.local.AttachedRun;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --format html=FILE}; what a browser makes of it is tested beside the report itself. */
class HtmlFormatIT {
    private static final Pattern DATA = Pattern.compile(
            "<script type=\"application/octet-stream\" class=\"(facts|block|end)\"[^>]*>([^<]*)</script>");

    @TempDir
    Path folder = Path.of("");

    @Test
    void writesAPageBesideTheLines() throws IOException {
        Path page = folder.resolve("report.html");
        Run run = Run.renacer("--format", "text", "--format", "html=" + page, "--", "cat", "/etc/hostname");

        assertThat(run.code()).isZero();
        assertThat(run.err()).contains("execve(").endsWith("+++ exited with 0 +++\n");
        assertThat(data(page, "facts")).contains("command\tcat /etc/hostname\n", "zone\t", "kernel\tLinux ");
        assertThat(data(page, "block"))
                .as("files are named without -y, and by calls that have only their descriptor")
                .contains("file\t/etc/hostname\n", "O_RDONLY\n", "cat\t");
        assertThat(Files.readString(page)).endsWith("</html>\n");
    }

    /** Who looks at it later asks what was traced, and where. */
    @Test
    void thePageOfAReplayHasTheCommandAndTheKernelOfItsTrace() throws IOException {
        Path page = folder.resolve("report.html");
        String recording = folder.resolve("t.rnc").toString();
        Run.renacer("record", "-o", recording, "--", "sh", "-c", "exit 0", "sh", "--password", "geheim");
        Run run = Run.renacer("replay", recording, "--format", "html=" + page);

        assertThat(run.code()).isZero();
        assertThat(data(page, "facts"))
                .contains("command\tsh -c 'exit 0' sh --password [redacted]\n", "kernel\tLinux ")
                .doesNotContain("geheim");
    }

    @Test
    void saysWhichCallsWereAskedFor() throws IOException {
        Path page = folder.resolve("report.html");
        Run.renacer("-e", "trace=openat", "-z", "--format", "html=" + page, "--", "cat", "/etc/hostname");

        assertThat(data(page, "facts")).contains("Only\t-e trace=openat -z\n");
        assertThat(data(page, "block")).contains("file openat\n").doesNotContain("close");
    }

    @Test
    void needsAFile() {
        Run run = Run.renacer("--format", "html", "--", "true");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("--format html needs a file: --format html=FILE");
    }

    @Test
    void statisticsAreAPageOfTheirOwnInTheFileOfTheOutput() throws IOException {
        Path page = folder.resolve("statistics.html");
        Run run = Run.renacer("-c", "--format", "html", "-o", page.toString(), "--", "cat", "/etc/hostname");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(data(page, "facts")).contains("command\tcat /etc/hostname\n");
        assertThat(Files.readString(page)).contains("class=\"bars\"").endsWith("</html>\n");
    }

    @Test
    void statisticsAsAPageNeedAFile() {
        Run run = Run.renacer("-c", "--format", "html", "--", "true");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("--format html needs a file: add -o FILE for the statistics");
    }

    @Test
    void secretsOfTheCommandAreNotInItsTitle() throws IOException {
        Path page = folder.resolve("report.html");
        Run.renacer("--format", "html=" + page, "--", "sh", "-c", "exit 3", "mysql", "https://user:geheim@host/x y");

        assertThat(data(page, "facts")).contains("command\tsh -c 'exit 3' mysql 'https://", "[redacted]");
        assertThat(data(page, "facts") + data(page, "block")).doesNotContain("geheim");
    }

    @Test
    void isWholeWhenTheTraceIsEndedEarly() throws Exception {
        Path page = folder.resolve("report.html");
        Process target = new ProcessBuilder("sh", "-c", "while :; do cd /; cd /tmp; done").start();
        try (AttachedRun run = AttachedRun.start(
                folder, "--format", "html=" + page, "--attach-for", "500ms", "-p", Long.toString(target.pid()))) {
            assertThat(run.await()).isZero();
        } finally {
            target.destroyForcibly();
        }
        assertThat(Files.readString(page)).endsWith("</html>\n").contains("class=\"end\"");
        assertThat(data(page, "block")).contains("chdir", "file\t/tmp\n");
    }

    /** All data of this kind as text, numbers as they come. */
    private static String data(Path page, String kind) throws IOException {
        StringBuilder all = new StringBuilder();
        Matcher data = DATA.matcher(Files.readString(page, StandardCharsets.US_ASCII));
        while (data.find()) {
            byte[] bytes = Base64.getDecoder().decode(data.group(2));
            if (data.group(1).equals(kind)) {
                all.append(new String(
                        kind.equals("block")
                                ? new InflaterInputStream(new ByteArrayInputStream(bytes)).readAllBytes()
                                : bytes,
                        StandardCharsets.ISO_8859_1));
            }
        }
        return all.toString();
    }
}
