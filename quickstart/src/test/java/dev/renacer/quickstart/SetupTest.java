// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code libexec/setup} as a real process on a machine made up of the commands in one folder. */
class SetupTest {
    /** What every Debian has and the script itself uses. */
    private static final List<String> BASE = List.of("bash", "cat", "cut", "dirname", "env", "grep", "sed", "touch");

    private static final String DONE = "setup: done in N s\n";
    private static final String REFRESHED =
            "setup: reading what there is to install (as root, by apt-get update)\n" + DONE;
    private static final String JDK_INSTALLED =
            "setup: installing (as root, by apt-get): openjdk-25-jdk-headless\n" + DONE;

    @TempDir
    Path machine;

    private Path bin;
    private Path installed;

    @BeforeEach
    void anEmptyDebian() throws IOException {
        bin = Files.createDirectory(machine.resolve("bin"));
        installed = Files.createDirectory(machine.resolve("installed"));
        for (String command : BASE) {
            command(command, "exec '" + realPath(command) + "' \"$@\"");
        }
        Path libexec = Files.createDirectory(machine.resolve("libexec"));
        Files.copy(Checkout.root().resolve("libexec/setup"), libexec.resolve("setup"));
        script(libexec.resolve("find-jdk"), "[ -e '" + machine + "/jdk-25' ]");
        command("uname", "echo x86_64");
        command("id", "echo 0");
        command("dpkg-query", "pkg=${!#}; [ -e '" + installed + "'/$pkg ] && printf installed");
        command("apt-cache", "printf '  Candidate: (none)\\n'");
        command("install", "cat >'" + policy() + "'");
        command("rm", "exec '" + realPath("rm") + "' \"$@\"");
        command(
                "apt-get",
                "echo \"apt-get $*\" >>'" + log() + "'",
                "[ \"$1\" = install ] || exit 0",
                "for p in \"${@:2}\"; do case $p in -*) ;; *) touch '" + installed + "'/$p",
                "  case $p in openjdk-25*) touch '" + machine + "/jdk-25' ;;",
                "    gcc) printf '#!/bin/bash\\necho 12\\n' >'" + bin + "/gcc' ;; esac ;; esac; done");
    }

    @Test
    void installsWhatIsMissingAndSaysSo() throws Exception {
        has("jdk-25");
        tool("git");
        tool("make");

        Run run = setup();

        assertThat(run.exitCode()).isZero();
        assertThat(run.said())
                .isEqualTo(REFRESHED
                        + "setup: installing (as root, by apt-get): gcc libc6-dev linux-libc-dev libdw-dev maven python3\n"
                        + DONE);
        assertThat(aptCalls())
                .containsExactly(
                        "apt-get update -qq",
                        "apt-get install -y -qq --no-install-recommends --no-remove gcc libc6-dev linux-libc-dev libdw-dev maven"
                                + " python3");
    }

    @Test
    void isSilentAndCallsNothingWhenNothingIsMissing() throws Exception {
        everythingToBuild();

        Run run = setup();

        assertThat(run).isEqualTo(new Run(0, ""));
        assertThat(aptCalls()).isEmpty();
    }

    @Test
    void anInstallationThatFailsIsNotSaidToBeDone() throws Exception {
        has("jdk-25");
        command("apt-get", "[ \"$1\" = update ] || exit 100");

        Run run = setup();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.said())
                .startsWith(REFRESHED)
                .endsWith(
                        "setup: apt-get could not install: git make gcc libc6-dev linux-libc-dev libdw-dev maven python3;"
                                + " its own words are above\n");
        assertThat(run.said().substring(REFRESHED.length())).doesNotContain("done in");
    }

    @Test
    void asksForRootBySudo() throws Exception {
        has("jdk-25");
        command("id", "echo 1000");
        command("sudo", "echo \"sudo $*\" >>'" + log() + "'", "exec \"$@\"");

        assertThat(setup().exitCode()).isZero();
        assertThat(aptCalls())
                .anyMatch(call -> call.startsWith("sudo env DEBIAN_FRONTEND=noninteractive apt-get install"));
    }

    @Test
    void withoutRootAndSudoItSaysWhatToRun() throws Exception {
        has("jdk-25");
        command("id", "echo 1000");

        Run run = setup();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.said())
                .isEqualTo(
                        "setup: missing: git make gcc libc6-dev linux-libc-dev libdw-dev maven python3; installing them needs root and there is"
                                + " no sudo; run as root: apt-get install git make gcc libc6-dev linux-libc-dev libdw-dev maven python3\n");
        assertThat(aptCalls()).isEmpty();
    }

    @Test
    void takesAJdk25FromADistributionThatHasOne() throws Exception {
        everythingToBuild();
        Files.delete(machine.resolve("jdk-25"));
        command("apt-cache", "printf 'openjdk-25-jdk-headless:\\n  Candidate: 25.0.3+9-1\\n'");

        Run run = setup();

        assertThat(run).isEqualTo(new Run(0, REFRESHED + JDK_INSTALLED));
    }

    /** apt-cache goes on after the candidate with the table of versions; who reads no further ends it by SIGPIPE. */
    @Test
    void aLongAnswerOfAptCacheIsReadToItsEnd() throws Exception {
        everythingToBuild();
        Files.delete(machine.resolve("jdk-25"));
        command(
                "apt-cache",
                "printf 'openjdk-25-jdk-headless:\\n  Candidate: 25.0.3+9-1\\n'",
                "for i in {1..20000}; do echo \"     25.0.$i 500\" || exit 141; done");

        assertThat(setup()).isEqualTo(new Run(0, REFRESHED + JDK_INSTALLED));
    }

    @Test
    void withoutAJdk25AnywhereItStopsWithOneLineThatSaysWhereToGetOneAndInstallsNothing() throws Exception {
        Run run = setup();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.said()).startsWith(REFRESHED);
        assertThat(run.said().substring(REFRESHED.length()).lines()).hasSize(1);
        assertThat(run.said())
                .contains("no JDK 25")
                .contains("Debian 13")
                .contains("https://adoptium.net/")
                .contains("nothing was installed");
        assertThat(aptCalls()).containsExactly("apt-get update -qq");
    }

    @Test
    void anotherSystemIsToldWhatItLacks() throws Exception {
        has("jdk-25");
        Files.delete(bin.resolve("apt-get"));
        Files.delete(bin.resolve("dpkg-query"));

        Run run = setup();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.said()).contains("missing: git make gcc maven python3; this machine has no apt");
    }

    @Test
    void theTestsNeedMore() throws Exception {
        everythingToBuild();
        command("node", "echo v20.1.0");
        tool("npm");

        Run run = setup("--test");

        assertThat(run.exitCode()).isZero();
        assertThat(aptCalls())
                .anyMatch(call -> call.contains("libcmocka-dev gcc-aarch64-linux-gnu libc6-dev-arm64-cross"))
                .anyMatch(call -> call.endsWith("libc6-dev-i386 lib32gcc-12-dev"))
                .noneMatch(call -> call.contains("gcc-multilib"));
    }

    @Test
    void anOldNodeIsToldAndNoFailure() throws Exception {
        everythingToBuild();
        command("node", "echo v18.19.0");
        tool("npm");

        Run run = setup("--test");

        assertThat(run.exitCode()).isZero();
        assertThat(run.said()).contains("no Node.js 20");
    }

    @Test
    void aMachineWithoutNodeIsToldAndNoFailure() throws Exception {
        everythingToBuild();

        Run run = setup("--test");

        assertThat(run.exitCode()).isZero();
        assertThat(run.said()).contains("no Node.js 20");
    }

    @Test
    void aNewEnoughNodeOfTheDistributionIsInstalled() throws Exception {
        everythingToBuild();
        command("apt-cache", "printf '  Candidate: 20.19.2+dfsg-1\\n'");

        assertThat(setup("--test").exitCode()).isZero();
        assertThat(aptCalls()).anyMatch(call -> call.endsWith(" nodejs npm"));
    }

    @Test
    void whatOnlyAFewTestsNeedIsInstalledWhereTheDistributionHasIt() throws Exception {
        everythingToBuild();
        tool("g++");
        command(
                "apt-cache",
                "case $2 in kubernetes-client) echo '  Candidate: (none)' ;; *) echo '  Candidate: 1.0' ;; esac");

        Run run = setup("--test");

        assertThat(run.exitCode()).isZero();
        assertThat(aptCalls()).anyMatch(call -> call.endsWith(" gdb rustc cargo musl-tools chromium"));
        assertThat(run.said())
                .contains("setup: not in this distribution: kubernetes-client; the tests that need them will say that"
                        + " they did not run\n");
    }

    @Test
    void noServiceIsStartedByAnInstallationAndItsPolicyFileDoesNotStay() throws Exception {
        everythingToBuild();
        command("apt-get", "echo \"$(if [ -e '" + policy() + "' ]; then echo no services:; fi) $*\" >>'" + log() + "'");

        assertThat(setup("--test").exitCode()).isZero();

        assertThat(aptCalls()).anyMatch(call -> call.startsWith("no services: install") && call.contains("nginx"));
        assertThat(policy()).doesNotExist();
    }

    @Test
    void aStepThatFailsUnexpectedlyIsNamed() throws Exception {
        everythingToBuild();
        command("gcc", "exit 3");

        Run run = setup("--test");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.said()).containsPattern("setup: line \\d+ failed with exit code 3: gcc_version=");
    }

    @Test
    void anUnknownArgumentIsRefused() throws Exception {
        assertThat(setup("--tests"))
                .isEqualTo(new Run(
                        1, "setup: unknown argument --tests; usage: libexec/setup [--test | --differential]\n"));
    }

    /**
     * @param said all it said, with N in the place of a number of seconds
     */
    private record Run(int exitCode, String said) {}

    private Run setup(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                bin.resolve("bash").toString(), machine.resolve("libexec/setup").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PATH", bin.toString());
        builder.environment().put("RENACER_POLICY_RC", policy().toString());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Run(process.exitValue(), said.replaceAll("\\b\\d+ s\\b", "N s"));
    }

    private void everythingToBuild() throws IOException {
        has("jdk-25");
        for (String tool : List.of("git", "make", "mvn", "python3")) {
            tool(tool);
        }
        command("gcc", "echo 12");
        for (String name : List.of("libc6-dev", "linux-libc-dev", "libdw-dev")) {
            Files.createFile(installed.resolve(name));
        }
    }

    private void has(String file) throws IOException {
        Files.createFile(machine.resolve(file));
    }

    private void tool(String name) throws IOException {
        command(name, "exit 0");
    }

    private void command(String name, String... lines) throws IOException {
        script(bin.resolve(name), lines);
    }

    private static void script(Path path, String... lines) throws IOException {
        Files.writeString(path, "#!" + realPath("bash") + "\n" + String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Path policy() {
        return machine.resolve("policy-rc.d");
    }

    private Path log() {
        return machine.resolve("calls");
    }

    private List<String> aptCalls() throws IOException {
        return Files.exists(log()) ? Files.readAllLines(log()) : List.of();
    }

    private static Path realPath(String command) throws IOException {
        for (String folder : List.of("/usr/bin", "/bin")) {
            Path path = Path.of(folder, command);
            if (Files.exists(path)) {
                return path.toRealPath();
            }
        }
        throw new IOException(command + " is neither in /usr/bin nor in /bin");
    }
}
