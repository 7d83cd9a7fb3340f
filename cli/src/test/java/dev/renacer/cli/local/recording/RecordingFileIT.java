// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of a recording: who may read it, what becomes of one that is there, and of one that is not whole. */
class RecordingFileIT {
    @TempDir
    Path folder = Path.of("");

    private String file() {
        return folder.resolve("t.rnc").toString();
    }

    private Run record(String... program) {
        List<String> command = new ArrayList<>(List.of("record", "-f", "-o", file(), "--"));
        command.addAll(List.of(program));
        return Run.renacer(command.toArray(String[]::new));
    }

    @Test
    void onlyItsOwnerMayReadIt() throws IOException {
        Run run = record("true");

        assertThat(run).isEqualTo(new Run(0, "", ""));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(file()))))
                .isEqualTo("rw-------");
    }

    @Test
    void aReplayDoesNotWriteOverWhatItReads() throws IOException {
        record("true");
        byte[] before = Files.readAllBytes(Path.of(file()));
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of(file()));
        for (String output : List.of("-o " + file(), "-o " + link, "--format jsonl=" + file())) {
            List<String> arguments = new ArrayList<>(List.of("replay", file()));
            arguments.addAll(List.of(output.split(" ", -1)));
            Run run = Run.renacer(arguments.toArray(String[]::new));
            assertThat(run.code()).isEqualTo(2);
            assertThat(run.err()).contains("would write over '", "', which is replayed; give it another file");
            assertThat(Files.readAllBytes(Path.of(file()))).isEqualTo(before);
        }
    }

    @Test
    void aTraceIsNotRecordedIntoTheFileOfAnOutput() {
        Run run = Run.renacer("--record", file(), "--format", "json=" + file(), "--", "true");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("--format would write over '" + file() + "', which is recorded into");
        assertThat(Path.of(file())).doesNotExist();
    }

    @Test
    void aReplayThatCannotDeliverFails() {
        record("true");
        assertThat(Run.renacer("replay", file(), "-o", "/dev/full").code()).isEqualTo(1);
        Run unsent = Run.renacer("replay", file(), "-o", "/dev/null", "--otlp-endpoint", "http://127.0.0.1:9");
        assertThat(unsent.code()).isEqualTo(1);
        assertThat(unsent.err()).contains("spans were not exported");
    }

    @Test
    void aRecordingIsNotOverwrittenByAccident() throws IOException {
        record("true");
        byte[] before = Files.readAllBytes(Path.of(file()));

        Run again = record("ls");
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err())
                .isEqualTo(
                        "renacer record: '" + file() + "' exists already, and may be a recording that is still wanted;"
                                + " give another file (renacer record --force replaces one)\n");
        assertThat(again.out()).isEmpty(); // the program was not run
        assertThat(Files.readAllBytes(Path.of(file()))).isEqualTo(before);

        Run forced = Run.renacer("record", "--force", "-o", file(), "--", "true");
        assertThat(forced.code()).isZero();
        assertThat(Run.renacer("replay", file(), "-c").code()).isZero();
    }

    @Test
    void aFullDiskIsSaidAndTheProgramGoesOn() {
        Run run = Run.renacer("record", "-o", "/dev/full", "--", "sh", "-c", "echo hello; exit 3");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("cannot record to '/dev/full': ENOSPC (No space left on device)");
    }

    @Test
    void whatWasRecordedBeforeAKillCanBeReplayed() throws Exception {
        Process recorder = new ProcessBuilder(Launchers.command(
                        "renacer", List.of("record", "-o", file(), "--", "sh", "-c", "while :; do kill -0 $$; done")))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        await().until(() -> Files.exists(Path.of(file())) && Files.size(Path.of(file())) > 50_000);
        recorder.descendants().forEach(ProcessHandle::destroyForcibly);
        recorder.destroyForcibly().waitFor();

        Run run = Run.renacer("replay", file(), "-e", "trace=kill");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.errLines()).hasSizeGreaterThan(1_000);
        assertThat(run.errLines().getLast()).contains("' is not whole: ").contains(" calls before that");
        assertThat(Run.renacer("replay", file(), "-o", "-", "--format", "jsonl").out())
                .endsWith("}\n")
                .doesNotContain("\"type\":\"end\"");
        assertThat(Run.renacer("replay", file(), "-o", "-", "--format", "json").out())
                .endsWith("},\"incomplete\":true}\n");
    }

    @Test
    void whatWasNotRecordedIsRefusedWithTheRemedy() {
        record("true");

        assertThat(refused("-s")).endsWith("record with -s\n");
        assertThat(refused("-k")).endsWith("record with -k\n");
        assertThat(refused("--string-limit", "100")).endsWith("record with --string-limit 100\n");
        assertThat(refused("-e", "read=3")).endsWith("record with --string-limit 4096\n");
    }

    private String refused(String... options) {
        List<String> command = new ArrayList<>(List.of("replay", file()));
        command.addAll(List.of(options));
        Run run = Run.renacer(command.toArray(String[]::new));
        assertThat(run.code()).isEqualTo(2);
        return run.err();
    }

    @Test
    void aSecretIsNotInTheFile() throws IOException {
        record("sh", "-c", "cat /dev/null # --password=hunter22");
        String recorded = Run.renacer("replay", file(), "--no-redact").err();

        assertThat(recorded).doesNotContain("hunter22").contains("secrets are not in");

        Run.renacer("record", "--force", "--no-redact", "-o", file(), "--", "sh", "-c", ": # --password=hunter22");
        assertThat(Run.renacer("replay", file(), "--no-redact").err()).contains("hunter22");
        assertThat(Run.renacer("replay", file()).err())
                .doesNotContain("hunter22")
                .contains("[redacted]");
    }

    @Test
    void aProgramCalledRecordIsStillRun() throws IOException {
        Path program = folder.resolve("record");
        Files.writeString(program, "#!/bin/sh\necho it is me\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        String path = folder + ":" + System.getenv("PATH");

        for (List<String> arguments : List.of(List.of("--", "record"), List.of("-f", "record"))) {
            Run run = Run.of(Launchers.command("renacer", arguments), Map.of("PATH", path));
            assertThat(run.out()).isEqualTo("it is me\n");
        }
    }

    @Test
    void aFileThatIsNoRecordingIsRefused() throws IOException {
        Files.writeString(folder.resolve("text"), "not a recording, but a text", StandardCharsets.UTF_8);

        Run run = Run.renacer("replay", folder.resolve("text").toString());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).endsWith("': it is no recording of renacer record\n");
        assertThat(Run.renacer("replay", file()).err())
                .isEqualTo("renacer replay: cannot read '" + file()
                        + "': no such file or folder; give a file of renacer record\n");
    }
}
