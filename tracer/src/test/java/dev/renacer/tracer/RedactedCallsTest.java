// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import static dev.renacer.tracer.CallFixture.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.redact.Redactor;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.SyscallTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RedactedCallsTest {
    /** Addresses have a way of their own, and the entries of folders are records. */
    private static final Set<String> OTHERWISE = Set.of("sockaddr", "dirent", "dirent64", "bpf_attr");

    private final List<SyscallCall> seen = new ArrayList<>();
    private final RedactedCalls calls = new RedactedCalls(Redactor.known(), new TraceListener() {
        @Override
        public void onCall(SyscallCall call) {
            seen.add(call);
        }

        @Override
        public void onUnaskedCall(SyscallCall call) {
            seen.add(call);
        }

        @Override
        public void onEvent(TraceEvent event) {}
    });

    @Test
    void aCallWithoutSecretsPassesAsItIs() {
        SyscallCall open = call("openat").string(1, "/etc/passwd").returns(3).build();
        calls.onCall(open);
        calls.onCall(call("getpid").returns(7).build());

        assertThat(seen.getFirst()).isSameAs(open);
        assertThat(seen).hasSize(2);
    }

    @Test
    void aPathLosesItsSecretAndIsStillThatArgument() {
        calls.onCall(call("openat").string(1, "/a?token=s3cr3t").returns(3).build());
        calls.onUnaskedCall(
                call("openat").string(1, "/b?token=s3cr3t").returns(3).build());

        assertThat(texts(seen.get(0))).containsExactly("/a?[redacted]");
        assertThat(texts(seen.get(1))).containsExactly("/b?[redacted]");
        assertThat(seen.getFirst().data(1)).isPresent();
    }

    @Test
    void aQuestionMarkInANameOfAFileIsShownButNotWhatFollowsOneInAText() {
        calls.onCall(call("openat").string(1, "/tmp/a?b").returns(3).build());

        assertThat(texts(seen.getFirst())).containsExactly("/tmp/a?b");
    }

    @Test
    void theWorkingDirectoryIsShownInTheEnvironmentAlone() {
        calls.onCall(call("execve")
                .string(0, "/usr/bin/app")
                .data(element(1, 0, "app"))
                .data(element(1, 1, "PWD=/s3cr3t"))
                .data(element(2, 0, "PWD=/home/me"))
                .data(element(2, 1, "OLDPWD=/"))
                .data(element(2, 2, "DB_PWD=/s3cr3t"))
                .returns(0)
                .build());

        assertThat(texts(seen.getFirst()))
                .containsExactly(
                        "/usr/bin/app", "app", "PWD=[redacted]", "PWD=/home/me", "OLDPWD=/", "DB_PWD=[redacted]");
    }

    @Test
    void theArgumentsOfAProgramAreSeenAsAWhole() {
        calls.onCall(call("execve")
                .string(0, "/usr/bin/app")
                .data(element(1, 0, "app"))
                .data(element(1, 1, "--password"))
                .data(element(1, 2, "s3cr3t"))
                .data(element(2, 0, "HOME=/root"))
                .data(element(2, 1, "DB_PASSWORD=s3cr3t"))
                .data(element(2, 2, "--password"))
                .returns(0)
                .build());

        assertThat(texts(seen.getFirst()))
                .containsExactly(
                        "/usr/bin/app",
                        "app",
                        "--password",
                        "[redacted]",
                        "HOME=/root",
                        "DB_PASSWORD=[redacted]",
                        "--password");
    }

    /** Whatever its type: one that is new to the table must not be forgotten here. */
    @Test
    void allBytesThatACallPointsToAreLookedThrough() {
        Set<String> types = new TreeSet<>();
        SyscallTable.instance()
                .calls(Abi.X86_64)
                .forEach(syscall -> syscall.pointees().forEach((argument, pointee) -> {
                    if (pointee.isBytes() && !OTHERWISE.contains(pointee.type())) {
                        types.add(pointee.type());
                        byte[] secret = "password=s3cr3t".getBytes(StandardCharsets.US_ASCII);
                        calls.onCall(call(syscall.name())
                                .args(1, 1, 1, 1, 1, 1)
                                .bytes(argument, secret, false)
                                .build());
                    }
                }));

        assertThat(types).contains("bytes", "path", "msgbuf", "value");
        assertThat(seen)
                .hasSizeGreaterThan(20)
                .allSatisfy(call -> assertThat(texts(call)).containsExactly("password=[redacted]"));
    }

    @Test
    void whatIsReadAndWrittenIsLookedThrough() {
        calls.onCall(call("write")
                .args(1, 1, 30)
                .string(1, "Authorization: Bearer abc")
                .returns(25)
                .build());
        calls.onCall(call("writev")
                .args(1, 1, 1)
                .data(element(1, 0, "password=abc"))
                .returns(12)
                .build());

        assertThat(texts(seen.get(0))).containsExactly("Authorization: [redacted]");
        assertThat(texts(seen.get(1))).containsExactly("password=[redacted]");
    }

    @Test
    void aStructIsNoText() {
        SyscallCall bind =
                call("bind").args(3, 1, 14).string(1, "password=abc").returns(0).build();
        calls.onCall(bind);

        assertThat(seen.getFirst()).isSameAs(bind);
    }

    @Test
    void theAddressOfALocalSocketIsLookedThrough() {
        calls.onCall(call("connect")
                .args(3, 1, 110)
                .string(1, "\1\0/run/a?token=s3cr3t\0\0more")
                .returns(0)
                .build());
        calls.onCall(call("bind")
                .args(3, 1, 110)
                .string(1, "\1\0\0password=s3cr3t")
                .returns(0)
                .build());
        SyscallCall plain =
                call("bind").args(3, 1, 110).string(1, "\1\0/run/a").returns(0).build();
        calls.onCall(plain);

        assertThat(texts(seen.get(0))).containsExactly("\1\0/run/a?[redacted]");
        assertThat(texts(seen.get(1))).containsExactly("\1\0\0password=[redacted]");
        assertThat(seen.get(2)).isSameAs(plain);
    }

    @Test
    void anArgumentThatIsAStringInThisCallAloneIsLookedThrough() {
        calls.onCall(
                call("prctl").args(15, 1).string(1, "token=s3cr3t").returns(0).build());

        assertThat(texts(seen.getFirst())).containsExactly("token=[redacted]");
    }

    @Test
    void aValueWhoseNameSaysThatItIsASecretIsNotShown() {
        calls.onCall(call("setxattr")
                .string(0, "/f")
                .string(1, "user.password")
                .string(2, "s3cr3t")
                .returns(0)
                .build());
        calls.onCall(call("fsconfig")
                .args(3, 1)
                .string(2, "password")
                .string(3, "s3cr3t")
                .returns(0)
                .build());
        SyscallCall plain = call("setxattr")
                .string(0, "/f")
                .string(1, "user.color")
                .string(2, "red")
                .returns(0)
                .build();
        calls.onCall(plain);

        assertThat(texts(seen.get(0))).containsExactly("/f", "user.password", "[redacted]");
        assertThat(texts(seen.get(1))).containsExactly("password", "[redacted]");
        assertThat(seen.get(2)).isSameAs(plain);
    }

    @Test
    void theNamesOfAFoldersEntriesAreLookedThrough() {
        String plain = "\1\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0\30\0\10a\0\0\0\0";
        String secret = "\3\0\0\0\0\0\0\0\4\0\0\0\0\0\0\0\50\0\10token=s3cr3t\0\0\0\0\0\0\0\0\0";
        SyscallCall without = entries("getdents64", plain);
        calls.onCall(without);
        calls.onCall(entries("getdents64", plain + secret + plain));
        calls.onCall(entries("getdents", "\3\0\0\0\0\0\0\0\4\0\0\0\0\0\0\0\50\0token=s3cr3t\0\0\0\0\0\0\0\0\0\10"));

        assertThat(seen.get(0)).isSameAs(without);
        assertThat(texts(seen.get(1)))
                .containsExactly(plain + "\3\0\0\0\0\0\0\0\4\0\0\0\0\0\0\0\50\0\10token=[redacted]\0\0\0\0\0" + plain);
        assertThat(texts(seen.get(2)))
                .containsExactly("\3\0\0\0\0\0\0\0\4\0\0\0\0\0\0\0\50\0token=[redacted]\0\0\0\0\0\10");
    }

    private static SyscallCall entries(String name, String records) {
        return call(name)
                .args(3, 1, 4096)
                .data(new CapturedData(1, Part.DATA, 0, true, records.getBytes(StandardCharsets.ISO_8859_1), false, 0))
                .returns(records.length())
                .build();
    }

    private static CapturedData element(int argument, int index, String text) {
        return new CapturedData(
                argument, Part.ELEMENT, index, false, text.getBytes(StandardCharsets.ISO_8859_1), false, 0);
    }

    private static List<String> texts(SyscallCall call) {
        return call.data().stream()
                .map(piece -> new String(piece.bytes(), StandardCharsets.ISO_8859_1))
                .toList();
    }
}
