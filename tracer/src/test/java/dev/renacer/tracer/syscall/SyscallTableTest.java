// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SyscallTableTest {
    /**
     * Calls that kernels got after the oldest headers we build with (6.1, Debian 12): they may be in signatures.tsv
     * alone.
     */
    private static final Set<String> NEWER_THAN_OLDEST_HEADERS = Set.of(
            "cachestat",
            "fchmodat2",
            "file_getattr",
            "file_setattr",
            "futex_requeue",
            "futex_wait",
            "futex_wake",
            "getxattrat",
            "listmount",
            "listns",
            "listxattrat",
            "lsm_get_self_attr",
            "lsm_list_modules",
            "lsm_set_self_attr",
            "map_shadow_stack",
            "mseal",
            "open_tree_attr",
            "removexattrat",
            "setxattrat",
            "statmount",
            "uprobe",
            "uretprobe");

    /** The newest call signatures.tsv knows (listns); a newer one, from newer headers, shows its six registers. */
    private static final int NEWEST_KNOWN = 470;
    /** From here on lie the calls that x32 has for itself; no more are added. */
    private static final int X32_OWN = 512;

    private final SyscallTable table = SyscallTable.instance();

    @Test
    void namesTheSameNumberByTheAbiOfTheCall() {
        assertThat(table.lookup(Abi.X86_64, 1).name()).isEqualTo("write");
        assertThat(table.lookup(Abi.I386, 1).name()).isEqualTo("exit");
        assertThat(table.lookup(Abi.AARCH64, 64).name()).isEqualTo("write");
        assertThat(table.lookup(Abi.X86_64, 110).name()).isEqualTo("getppid");
        assertThat(table.lookup(Abi.I386, 64).name()).isEqualTo("getppid");
        assertThat(table.lookup(Abi.AARCH64, 173).name()).isEqualTo("getppid");
        assertThat(table.lookup(Abi.AARCH64, 79).name()).isEqualTo("newfstatat");
        assertThat(table.lookup(Abi.AARCH64, 276).name()).isEqualTo("renameat2");
        assertThat(table.lookup(Abi.AARCH64, 435).name()).isEqualTo("clone3");
    }

    @Test
    void holdsTheWholeTables() {
        assertThat(table.calls(Abi.X86_64)).hasSizeGreaterThanOrEqualTo(362);
        assertThat(table.calls(Abi.I386)).hasSizeGreaterThanOrEqualTo(440);
        assertThat(table.calls(Abi.AARCH64)).hasSizeGreaterThanOrEqualTo(306);
    }

    @Test
    void namesX32CallsByTheirOwnNumbersAndKeepsTheNumber() {
        Syscall getpid = table.lookup(Abi.X86_64, SyscallTable.X32_BIT | 39);
        Syscall ioctl = table.lookup(Abi.X86_64, SyscallTable.X32_BIT | 514);

        assertThat(getpid.name()).isEqualTo("getpid");
        assertThat(getpid.number()).isEqualTo(0x4000_0027);
        assertThat(ioctl.name()).isEqualTo("ioctl");
        assertThat(table.lookup(Abi.X86_64, 514).known()).isFalse();
    }

    @Test
    void keepsUnknownNumbers() {
        Syscall unknown = table.lookup(Abi.X86_64, 0x1f4);

        assertThat(unknown.name()).isEqualTo("syscall_0x1f4");
        assertThat(unknown.known()).isFalse();
        assertThat(unknown.number()).isEqualTo(500);
        assertThat(unknown.parameters()).hasSize(6).extracting(Parameter::kind).containsOnly(ParameterKind.HEX);
        assertThat(table.lookup(Abi.X86_64, -1).name()).isEqualTo("syscall_0xffffffff");
    }

    @Test
    void givesOneInstanceForOneCall() {
        assertThat(table.lookup(Abi.X86_64, 0))
                .isSameAs(table.lookup(Abi.X86_64, "read").orElseThrow());
        assertThat(table.lookup(Abi.I386, 9999)).isSameAs(table.lookup(Abi.I386, 9999));
        assertThat(table.lookup(Abi.X86_64, 0)).isNotSameAs(table.lookup(Abi.I386, 3));
    }

    @Test
    void aProgramThatTriesEveryNumberDoesNotFillTheMemory() {
        for (int number = 10_000; number < 20_000; number++) {
            assertThat(table.lookup(Abi.AARCH64, number).number()).isEqualTo(number);
        }
        assertThat(table.lookup(Abi.AARCH64, 19_999)).isNotSameAs(table.lookup(Abi.AARCH64, 19_999));
    }

    @Test
    void everyCallOfEveryTableHasASignature() {
        Signatures signatures = new Signatures();

        assertThat(everyCall()
                        .filter(SyscallTableTest::isOldEnough)
                        .filter(syscall ->
                                signatures.of(syscall.abi(), syscall.name()).isEmpty()))
                .isEmpty();
    }

    @Test
    void noSignatureIsStale() {
        Set<String> stale = new TreeSet<>();
        for (String key : new Signatures().keys()) {
            int at = key.indexOf('@');
            boolean used = at < 0
                    ? table.knows(key)
                    : table.lookup(Abi.valueOf(key.substring(at + 1)), key.substring(0, at))
                            .isPresent();
            if (!used && !NEWER_THAN_OLDEST_HEADERS.contains(key)) {
                stale.add(key);
            }
        }
        assertThat(stale).isEmpty();
    }

    @Test
    void noSignatureHasMoreThanSixParameters() {
        assertThat(everyCall())
                .allSatisfy(syscall -> assertThat(syscall.parameters()).hasSizeLessThanOrEqualTo(6));
    }

    @Test
    void knowsWhatTheArgumentsAre() {
        assertThat(parameters(Abi.X86_64, "openat"))
                .containsExactly(ParameterKind.DIRFD, ParameterKind.PATH, ParameterKind.FLAGS, ParameterKind.OPEN_MODE);
        assertThat(parameters(Abi.X86_64, "execve"))
                .containsExactly(ParameterKind.PATH, ParameterKind.POINTER, ParameterKind.POINTER);
        assertThat(parameters(Abi.X86_64, "mmap")).hasSize(6);
        assertThat(parameters(Abi.I386, "mmap")).containsExactly(ParameterKind.POINTER);
        assertThat(parameters(Abi.X86_64, "pread64")).hasSize(4);
        assertThat(parameters(Abi.I386, "pread64")).hasSize(5);
        assertThat(table.lookup(Abi.X86_64, "brk").orElseThrow().returns()).isEqualTo(ParameterKind.POINTER);
        assertThat(table.lookup(Abi.X86_64, "read").orElseThrow().returns()).isEqualTo(ParameterKind.LONG);
    }

    private List<ParameterKind> parameters(Abi abi, String name) {
        return table.lookup(abi, name).orElseThrow().parameters().stream()
                .map(Parameter::kind)
                .toList();
    }

    private static boolean isOldEnough(Syscall syscall) {
        int number = syscall.number() & ~SyscallTable.X32_BIT;
        return number <= NEWEST_KNOWN || number >= X32_OWN;
    }

    private Stream<Syscall> everyCall() {
        return Stream.concat(Stream.of(Abi.values()).map(table::calls), Stream.of(table.x32Calls()))
                .flatMap(Collection::stream);
    }
}
