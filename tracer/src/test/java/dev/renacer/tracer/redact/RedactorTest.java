// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.redact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.PatternSyntaxException;
import dev.renacer.tracer.syscall.DataTable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactorTest {
    private final Redactor redactor = Redactor.known();

    static Stream<String[]> planted() {
        return DataTable.rows(RedactorTest.class, "planted.tsv").stream();
    }

    @ParameterizedTest
    @MethodSource("planted")
    void aPlantedSecretIsGone(String secret, String text) {
        String shown =
                redacted(text.replaceFirst("@", secret).replace("\\r", "\r").replace("\\n", "\n"));

        assertThat(shown).contains(Redactor.MARK).doesNotContain(secret);
    }

    @ParameterizedTest
    @MethodSource("planted")
    void aSecretThatWasCutIsGoneToo(String secret, String text) {
        String whole = text.replaceFirst("@", secret).replace("\\r", "\r").replace("\\n", "\n");
        int end = whole.indexOf(secret) + secret.length() - 1;

        assertThat(redacted(whole.substring(0, end))).doesNotContain(secret.substring(0, secret.length() - 1));
    }

    /** However little of it is left where the text was cut. */
    @ParameterizedTest
    @MethodSource("planted")
    void nothingIsLeftOfASecretThatACutTextEndsWith(String secret, String text) {
        String whole = text.replaceFirst("@", secret).replace("\\r", "\r").replace("\\n", "\n");
        int from = whole.indexOf(secret);
        for (int end = from + 1; end <= from + secret.length(); end++) {
            byte[] cut = whole.substring(0, end).getBytes(StandardCharsets.ISO_8859_1);

            assertThat(new String(redactor.text(cut, true), StandardCharsets.ISO_8859_1))
                    .as("%s as far as %d", whole, end)
                    .contains(Redactor.MARK);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/passwd",
                "/etc/ssl/certs/ca-certificates.crt",
                "/lib/x86_64-linux-gnu/libpassword.so.6",
                "/home/me/.ssh/id_rsa",
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
                "PATH=/usr/bin:/bin",
                "what is this? a question",
                "postgres://db:5432/shop",
                "http://127.0.0.1:8080/index.html",
                "user=a&page=2",
                "-----BEGIN CERTIFICATE-----\nMIID",
                "risk-assessment",
                "",
            })
    void whatIsNoSecretStaysAsItIs(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);

        assertThat(redactor.text(bytes)).isSameAs(bytes);
    }

    /** A question mark alone begins no query there, but what has the form of one does, and all other secrets are found. */
    @ParameterizedTest
    @MethodSource("planted")
    void aPlantedSecretIsGoneFromANameOfAFileToo(String secret, String text) {
        String name = text.replace("GET /reset?", "http://a/reset?")
                .replaceFirst("@", secret)
                .replace("\\r", "\r")
                .replace("\\n", "\n");

        assertThat(path(name)).contains(Redactor.MARK).doesNotContain(secret);
        assertThat(path(path(name))).isEqualTo(path(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/tmp/a?b", "/tmp/what is this?", "/srv/*/?", "/a?/b?/c", "/tmp/a?=b", "/x?y#z=1"})
    void aNameOfAFileMayHaveAQuestionMark(String name) {
        assertThat(path(name)).isEqualTo(name);
    }

    @Test
    void inAnyOtherTextWhatFollowsAPathAndAQuestionMarkIsAQuery() {
        assertThat(redacted("GET /reset?q7Zk HTTP/1.1")).isEqualTo("GET /reset?[redacted] HTTP/1.1");
        assertThat(redacted("Location: /reset?q7Zk")).isEqualTo("Location: /reset?[redacted]");
        assertThat(path("/var/www/index.php?sid=q7Zk")).isEqualTo("/var/www/index.php?[redacted]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PWD=/home/me", "OLDPWD=/", "PWD=/srv/a b;c", "HOME=/root"})
    void theWorkingDirectoryInAnEnvironmentIsNoPassword(String entry) {
        assertThat(variable(entry)).isEqualTo(entry);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PWD=s3cr3t",
                "OLDPWD=s3cr3t",
                "pwd=/s3cr3t",
                "Pwd=/s3cr3t",
                "DB_PWD=/s3cr3t",
                "PWD_DB=/s3cr3t",
                "MYPWD=/s3cr3t",
                "OLDPWD2=/s3cr3t",
                "MYSQL_PWD=/s3cr3t",
                "PWD=/srv/app?token=s3cr3t",
                "PWD=/srv/password=s3cr3t",
                "DB_PASSWORD=/s3cr3t",
            })
    void whatElseIsCalledPwdIsOne(String entry) {
        assertThat(variable(entry)).contains(Redactor.MARK).doesNotContain("s3cr3t");
    }

    @Test
    void outsideOfAnEnvironmentPwdIsAPassword() {
        assertThat(redacted("PWD=/s3cr3t")).isEqualTo("PWD=[redacted]");
        assertThat(redacted("UID=sa;PWD=/s3cr3t;Database=shop")).doesNotContain("s3cr3t");
        assertThat(arguments("app", "PWD=/s3cr3t")).containsExactly("app", "PWD=[redacted]");
    }

    @Test
    void aSecondLookFindsNothingMore() {
        planted().forEach(row -> {
            String once = redacted(
                    row[1].replaceFirst("@", row[0]).replace("\\r", "\r").replace("\\n", "\n"));
            assertThat(redacted(once)).isEqualTo(once);
        });
    }

    @Test
    void bytesThatAreNoTextPassUnchanged() {
        byte[] bytes = new byte[4096];
        for (int seed = 0; seed < 50; seed++) {
            new Random(seed).nextBytes(bytes);
            for (int at = 0; at < bytes.length; at++) {
                bytes[at] |= (byte) 0x80; // none is a letter
            }
            assertThat(redactor.text(bytes)).isSameAs(bytes);
        }
    }

    @Test
    void optionsAreFollowedBySecrets() {
        assertThat(arguments("app", "--password", "s3cr3t", "-v"))
                .containsExactly("app", "--password", "[redacted]", "-v");
        assertThat(arguments("/usr/bin/curl", "-u", "me:s3cr3t", "-H", "Authorization: Bearer s3cr3t"))
                .containsExactly("/usr/bin/curl", "-u", "me:[redacted]", "-H", "Authorization: [redacted]");
        assertThat(arguments("mysql", "-uroot", "-ps3cr3t")).containsExactly("mysql", "-uroot", "-p[redacted]");
        assertThat(arguments("sshpass", "-p", "s3cr3t", "ssh")).containsExactly("sshpass", "-p", "[redacted]", "ssh");
        assertThat(arguments("redis-cli", "-a", "s3cr3t")).containsExactly("redis-cli", "-a", "[redacted]");
        assertThat(arguments("app", "--api-key=s3cr3t")).containsExactly("app", "--api-key=[redacted]");
    }

    /** As /proc/PID/cmdline has them, and what programs write of those they start. */
    @Test
    void optionsInATextAreFollowedBySecretsToo() {
        assertThat(redacted("app\0--password\0s3cr3t\0-v\0")).isEqualTo("app\0--password\0[redacted]\0-v\0");
        assertThat(redacted("+ app --token s3cr3t -v\n")).isEqualTo("+ app --token [redacted] -v\n");
        assertThat(redacted("app --password -s3cr3t")).isEqualTo("app --password [redacted]");
        assertThat(arguments("sh", "-c", "app --password s3cr3t"))
                .containsExactly("sh", "-c", "app --password [redacted]");
        assertThat(redacted("{\"cmd\":\"app --password s3cr3t\",\"user\":\"me\"}"))
                .isEqualTo("{\"cmd\":\"app --password [redacted]\",\"user\":\"me\"}");
        assertThat(redacted("app --password a'b c'd -v")).isEqualTo("app --password [redacted] -v");
        assertThat(redacted("app --password --verbose")).isEqualTo("app --password --verbose");
        assertThat(redacted("app --password-file /etc/x")).isEqualTo("app --password-file /etc/x");
        assertThat(redacted("a no-token zone")).isEqualTo("a no-token zone");
    }

    /** What a hostile program writes takes time by its length, and no more. */
    @Test
    void manyOptionsWithoutAnEndAreLookedThrough() {
        String options = "--password \"".repeat(20_000);

        assertThat(redacted(options).length()).isLessThan(options.length());
    }

    @Test
    void otherArgumentsStayAsTheyAre() {
        assertThat(arguments("grep", "-p", "x", "-a", "y")).containsExactly("grep", "-p", "x", "-a", "y");
        assertThat(arguments("app", "--password")).containsExactly("app", "--password");
        assertThat(arguments("curl", "-u", "me")).containsExactly("curl", "-u", "me");
        assertThat(arguments()).isEmpty();
    }

    @Test
    void aPolicyMayHavePatternsOfItsOwn() {
        Redactor own = redactor.with(List.of("customer-[0-9]+"));

        assertThat(new String(
                        own.text("see customer-4711".getBytes(StandardCharsets.ISO_8859_1)),
                        StandardCharsets.ISO_8859_1))
                .isEqualTo("see [redacted]");
        assertThatThrownBy(() -> redactor.with(List.of("("))).isInstanceOf(PatternSyntaxException.class);
    }

    @Test
    void nothingIsReplacedIfNobodyWantsIt() {
        byte[] bytes = "password=x".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(Redactor.NONE.text(bytes)).isSameAs(bytes);
        assertThat(Redactor.NONE.arguments(List.of(bytes)).getFirst()).isSameAs(bytes);
    }

    private String redacted(String text) {
        return new String(redactor.text(text.getBytes(StandardCharsets.ISO_8859_1)), StandardCharsets.ISO_8859_1);
    }

    private String path(String name) {
        return new String(
                redactor.path(name.getBytes(StandardCharsets.ISO_8859_1), false), StandardCharsets.ISO_8859_1);
    }

    private String variable(String entry) {
        return new String(
                redactor.variable(entry.getBytes(StandardCharsets.ISO_8859_1), false), StandardCharsets.ISO_8859_1);
    }

    private List<String> arguments(String... arguments) {
        return redactor
                .arguments(Stream.of(arguments)
                        .map(text -> text.getBytes(StandardCharsets.ISO_8859_1))
                        .toList())
                .stream()
                .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1))
                .toList();
    }
}
