// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.SyscallCall;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyscallTableTest {
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
    void holdsTheTablesOfTheNewestKernel() {
        assertThat(table.kernel()).isEqualTo("7.3");
        assertThat(table.calls(Abi.X86_64)).hasSize(386);
        assertThat(table.x32Calls()).hasSize(375);
        assertThat(table.calls(Abi.I386)).hasSize(462);
        assertThat(table.calls(Abi.AARCH64)).hasSize(328);
    }

    /** What kernels got since 6.1 (Debian 12), which builds with that kernel's headers did not know. */
    @ParameterizedTest
    @CsvSource({
        "cachestat,451", "fchmodat2,452", "map_shadow_stack,453", "futex_wake,454", "futex_wait,455",
        "futex_requeue,456", "statmount,457", "listmount,458", "lsm_get_self_attr,459", "lsm_set_self_attr,460",
        "lsm_list_modules,461", "mseal,462", "setxattrat,463", "getxattrat,464", "listxattrat,465",
        "removexattrat,466", "open_tree_attr,467", "file_getattr,468", "file_setattr,469", "listns,470",
        "rseq_slice_yield,471", "fchroot,472"
    })
    void namesTheCallsOfNewKernelsInEveryAbi(String name, int number) {
        for (Abi abi : Abi.values()) {
            assertThat(table.lookup(abi, number).name()).isEqualTo(name);
            assertThat(table.lookup(abi, name).orElseThrow().number()).isEqualTo(number);
        }
        assertThat(table.lookup(Abi.X86_64, SyscallTable.X32_BIT | number).name())
                .isEqualTo(name);
    }

    @Test
    void namesTheCallsThatX86AloneGotInTheGapBelowThem() {
        assertThat(table.lookup(Abi.X86_64, 335).name()).isEqualTo("uretprobe");
        assertThat(table.lookup(Abi.X86_64, 336).name()).isEqualTo("uprobe");
        assertThat(table.lookup(Abi.I386, 336).name()).isEqualTo("perf_event_open");
    }

    @Test
    void everyClassNamesCallsOfTheTable() {
        assertThat(SyscallTable.classes().values().stream().flatMap(Set::stream).filter(name -> !table.knows(name)))
                .isEmpty();
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
                        .filter(syscall ->
                                signatures.of(syscall.abi(), syscall.name()).isEmpty()))
                .isEmpty();
    }

    @Test
    void noSignatureIsStale() {
        Set<String> through = DataTable.rows(SyscallCall.class, "subcalls.tsv").stream()
                .map(row -> row[2])
                .collect(Collectors.toSet());
        Set<String> stale = new TreeSet<>();
        for (String key : new Signatures().keys()) {
            int at = key.indexOf('@');
            boolean used = at < 0
                    ? table.knows(key) || through.contains(key)
                    : table.lookup(Abi.valueOf(key.substring(at + 1)), key.substring(0, at))
                            .isPresent();
            if (!used) {
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
                .containsExactly(ParameterKind.DIRFD, ParameterKind.PATH, ParameterKind.INT, ParameterKind.OPEN_MODE);
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

    private Stream<Syscall> everyCall() {
        return Stream.concat(Stream.of(Abi.values()).map(table::calls), Stream.of(table.x32Calls()))
                .flatMap(Collection::stream);
    }
}
