// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script that finds the Java every launcher and the native build use. */
class FindJdkTest {
    @TempDir
    private Path home;

    @ParameterizedTest
    @ValueSource(strings = {"25", "25.0.3", "26-ea", "100"})
    void aNewEnoughJavaHomeIsTaken(String version) throws Exception {
        pretendJava(version);
        assertThat(findJdk()).isEqualTo(home + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"17.0.15", "1.8.0_452", "24", "", "unknown"})
    void anotherJavaHomeIsPassedOver(String version) throws Exception {
        pretendJava(version);
        assertThat(findJdk()).doesNotContain(home.toString());
    }

    @Test
    void aHomeWithoutTheNeededFileIsPassedOver() throws Exception {
        pretendJava("25");
        assertThat(findJdk("include/jni.h")).doesNotContain(home.toString());
        Files.createFile(Files.createDirectory(home.resolve("include")).resolve("jni.h"));
        assertThat(findJdk("include/jni.h")).isEqualTo(home + "\n");
    }

    @Test
    void nothingFoundIsOneLineThatSaysWhatToInstall() throws Exception {
        assertThat(findJdk("no/java/has/this"))
                .startsWith("renacer: no JDK 25 or newer")
                .contains("apt install openjdk-25-jdk-headless", "JAVA_HOME")
                .containsOnlyOnce("\n");
    }

    private void pretendJava(String version) throws IOException {
        Files.writeString(
                home.resolve("release"),
                "IMPLEMENTOR=\"Somebody\"\nJAVA_VERSION=\"" + version + "\"\nOS_ARCH=\"x86_64\"\n");
        Files.createFile(
                Files.createDirectory(home.resolve("bin")).resolve("java"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    }

    private String findJdk(String... needed) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(TestPrograms.libexec("find-jdk").toString());
        builder.command().addAll(List.of(needed));
        builder.environment().put("JAVA_HOME", home.toString());
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
