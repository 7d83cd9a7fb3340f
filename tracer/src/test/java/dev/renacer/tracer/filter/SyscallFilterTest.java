// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.capture.plan.ArgumentRead;
import dev.renacer.capture.plan.CapturePlan;
import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.SyscallTable;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SyscallFilterTest {
    @Test
    void anEmptyListSelectsEverything() throws FilterSyntaxException {
        SyscallFilter filter = SyscallFilter.of(List.of());

        assertThat(selects(filter, "read")).isTrue();
        assertThat(filter.plan(ArgumentDetail.NONE).skipUnlisted()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "trace=openat,close; openat close; read write",
                "t=openat; openat; read",
                "openat; openat; read",
                "trace=network; sendmsg accept4 shutdown recvmmsg; read openat",
                "trace=%process; clone3 execve exit_group; openat",
                "trace=file; openat read stat renameat2 statx; sendmsg",
                "trace=desc; dup3 epoll_ctl read; execve",
                "trace=/^open/; open openat openat2 open_by_handle_at; read fsopen",
                "trace=/^(p?read|write)v?$/; read readv write preadv; pread64 process_vm_readv",
                "trace=/a{1,2}t$/; stat openat fstat; read",
                "trace=!read; write openat; read",
                "trace=file,!openat; open read; openat sendmsg",
                "trace=!openat,file; open; openat",
                "trace=all,!/^m/; read; mmap munmap",
                "trace=?nosuch,read; read; write",
                "trace=!?nosuch; read; ",
                "trace=none; ; read write",
                "trace=openat, close; openat close; read",
                "trace=mseal,/^statmount/; mseal statmount; listmount",
                "trace=462; mseal; statmount read",
                "trace=1,!64; write@X86_64 exit@I386; read write@AARCH64",
                "trace=!462; read; mseal",
                "trace=?462,?1023; mseal; read",
                "trace=syscall_0x1ce; mseal; read",
                "trace=514; ioctl@x32; ioctl@X86_64 ioctl@AARCH64",
                "trace=memory; mseal map_shadow_stack; cachestat",
                "trace=desc; cachestat fchmodat2 fchroot; mseal",
                "trace=file; openat2 fchmodat2 getxattrat file_getattr open_tree_attr fsconfig fchroot; cachestat",
            })
    void selects(String expression, String selected, String unselected) throws FilterSyntaxException {
        SyscallFilter filter = SyscallFilter.parse(expression);

        assertThat(words(selected)).allMatch(name -> selects(filter, name));
        assertThat(words(unselected)).noneMatch(name -> selects(filter, name));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "trace=opneat; unknown system call 'opneat', did you mean 'openat'?",
                "trace=epol_wait; unknown system call 'epol_wait', did you mean 'epoll_wait'?",
                "trace=OPENAT; unknown system call 'OPENAT', did you mean 'openat'?",
                "trace=netwrok; unknown system call 'netwrok', did you mean 'network'?",
                "trace=xyzzyplugh;`unknown system call 'xyzzyplugh'; one newer than Linux 7.3 can be given by its number`",
                "trace=1024;`no system call has the number 1024; the largest that can be given is 1023`",
                "trace=99999999999999999999;`no system call has the number 99999999999999999999; the largest that can be"
                        + " given is 1023`",
                "trace=syscall_0x40000000;`no system call has the number syscall_0x40000000; the largest that can be given"
                        + " is 1023`",
                "trace=-1;`unknown system call '-1'; one newer than Linux 7.3 can be given by its number`",
                "trace=46percent;`unknown system call '46percent'; one newer than Linux 7.3 can be given by its number`",
                "trace=%net;`unknown class '%net'; the classes are %stat, %statfs, all, clock, creds, desc, file, fstat, fstatfs,"
                        + " ipc, lstat, memory, network, none, process, pure, signal, stat, statfs`",
                "trace=/nosuch/; the expression '/nosuch/' matches no system call",
                "trace=/open; the expression '/open' has no closing '/'",
                "trace=//; the expression '//' is empty",
                "trace=!; an item of the filter is empty: '!' names no call",
                "trace=read,,write; an item of the filter is empty: '' names no call",
                "signal=all; unknown qualifier 'signal=' in -e, only trace= is known",
            })
    void namesWhatIsWrong(String expression, String message) {
        assertThatThrownBy(() -> SyscallFilter.parse(expression))
                .isInstanceOf(FilterSyntaxException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"trace=", "", " "})
    void anExpressionThatNamesNothingIsAnError(String expression) {
        assertThatThrownBy(() -> SyscallFilter.parse(expression))
                .isInstanceOf(FilterSyntaxException.class)
                .hasMessageContaining("names nothing")
                .hasMessageContaining("'none'");
    }

    @Test
    void aBadExpressionIsToldInOneLine() {
        assertThatThrownBy(() -> SyscallFilter.parse("trace=/(/"))
                .isInstanceOf(FilterSyntaxException.class)
                .hasMessageStartingWith("the expression '/(/' is not valid: ")
                .message()
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/open(?=at)/", "/(a)\\1/", "/a++/"})
    void whatOnlyABacktrackingMatcherCouldDoIsNoExpression(String expression) {
        assertThatThrownBy(() -> SyscallFilter.of(List.of(expression)))
                .isInstanceOf(FilterSyntaxException.class)
                .hasMessageContaining("is not valid");
    }

    @Test
    void itemsOfAListMayHoldSeveral() throws FilterSyntaxException {
        SyscallFilter filter = SyscallFilter.of(List.of("openat,close", "/^re(ad|name),?$/", "!close"));

        assertThat(List.of("openat", "read", "rename")).allMatch(name -> selects(filter, name));
        assertThat(selects(filter, "close")).isFalse();
    }

    @Test
    void thePlanReadsStringsOfWhatIsSelectedAndSkipsTheRestInEveryAbi() throws FilterSyntaxException {
        CapturePlan plan = SyscallFilter.parse("trace=openat,renameat2,write").plan(ArgumentDetail.NAMES);

        for (Abi abi : Abi.values()) {
            assertThat(reads(plan, abi, "openat")).containsExactly(ArgumentRead.string(1));
            assertThat(reads(plan, abi, "renameat2")).containsExactly(ArgumentRead.string(1), ArgumentRead.string(3));
            assertThat(reads(plan, abi, "write")).isEmpty();
            assertThat(bits(plan, abi, "write")).isZero();
            assertThat(bits(plan, abi, "read")).isEqualTo(CapturePlan.SKIP);
            assertThat(reads(plan, abi, "execve")).isEmpty();
            assertThat(bits(plan, abi, "execve")).isEqualTo(CapturePlan.SKIP);
        }
        assertThat(plan.skipUnlisted()).isTrue();
    }

    @Test
    void thePlanHoldsX32CallsByTheirOwnNumbers() throws FilterSyntaxException {
        CapturePlan plan = SyscallFilter.parse("trace=execve").plan(ArgumentDetail.NAMES);
        byte[] table = plan.table(Abi.X86_64.auditArch());

        assertThat(table[59]).isZero();
        assertThat(table[520]).as("x32's execve").isZero();
        assertThat(plan.reads(Abi.X86_64.auditArch()).get(520)).containsExactly(ArgumentRead.string(0));
        assertThat(table[512]).as("x32's rt_sigaction").isEqualTo(CapturePlan.SKIP);
    }

    @Test
    void callsWithoutANameAreSkippedOnlyWhereAFilterNamesWhatIsWanted() throws FilterSyntaxException {
        int hole = 400; // between x86-64's own numbers and the ones all architectures share
        assertThat(SyscallTable.instance().lookup(Abi.X86_64, hole).known()).isFalse();

        assertThat(x86Plan("trace=!read")[hole]).isZero();
        assertThat(x86Plan("trace=all,!read")[hole]).isZero();
        assertThat(x86Plan("trace=read")[hole]).isEqualTo(CapturePlan.SKIP);
        assertThat(SyscallFilter.parse("trace=all").plan(ArgumentDetail.NONE).skipUnlisted())
                .isFalse();
        assertThat(SyscallFilter.parse("trace=none").plan(ArgumentDetail.NONE).skipUnlisted())
                .isTrue();
        assertThat(SyscallFilter.parse("trace=!all").plan(ArgumentDetail.NONE).skipUnlisted())
                .isTrue();
        assertThat(x86Plan("trace=!all")[hole]).isEqualTo(CapturePlan.SKIP);
    }

    @Test
    void aNumberThatNoTableKnowsIsSelectedInEveryAbi() throws FilterSyntaxException {
        int newer = 1000;
        CapturePlan only = SyscallFilter.parse("trace=" + newer).plan(ArgumentDetail.NONE);
        CapturePlan others = SyscallFilter.parse("trace=!" + newer).plan(ArgumentDetail.NONE);

        for (Abi abi : Abi.values()) {
            assertThat(only.table(abi.auditArch())[newer]).isZero();
            assertThat(only.table(abi.auditArch())[newer - 1]).isEqualTo(CapturePlan.SKIP);
            assertThat(others.table(abi.auditArch())[newer]).isEqualTo(CapturePlan.SKIP);
            assertThat(others.table(abi.auditArch())[newer - 1]).isZero();
        }
        assertThat(only.skipUnlisted()).isTrue();
        assertThat(others.skipUnlisted()).isFalse();
    }

    @Test
    void theLargestNumberFitsThePlan() throws FilterSyntaxException {
        byte[] plan = x86Plan("trace=1023");

        assertThat(plan).hasSize(1024);
        assertThat(plan[1023]).isZero();
    }

    @Test
    void thePlanReadsPathsOfEveryAbi() {
        CapturePlan plan = SyscallFilter.EVERYTHING.plan(ArgumentDetail.NAMES);

        assertThat(reads(plan, Abi.X86_64, "execve")).containsExactly(ArgumentRead.string(0));
        assertThat(reads(plan, Abi.I386, "open")).containsExactly(ArgumentRead.string(0));
        assertThat(reads(plan, Abi.AARCH64, "linkat")).containsExactly(ArgumentRead.string(1), ArgumentRead.string(3));
        assertThat(reads(plan, Abi.X86_64, "mount")).containsExactly(ArgumentRead.string(0), ArgumentRead.string(1));
    }

    @Test
    void everyClassHoldsWhatTheSeedsHeld() {
        assertThat(SyscallTable.classes().get("file"))
                .contains("open", "openat", "close", "read", "write", "lseek", "stat", "fstat", "newfstatat")
                .contains("access", "mkdir", "rmdir", "unlink");
        assertThat(SyscallTable.classes().get("network"))
                .contains(
                        "socket",
                        "connect",
                        "accept",
                        "bind",
                        "listen",
                        "sendto",
                        "recvfrom",
                        "setsockopt",
                        "getsockopt");
        assertThat(SyscallTable.classes().get("process"))
                .contains(
                        "fork",
                        "vfork",
                        "clone",
                        "execve",
                        "exit",
                        "exit_group",
                        "wait4",
                        "waitid",
                        "kill",
                        "tkill",
                        "tgkill");
        assertThat(SyscallTable.classes().get("memory")).contains("mmap", "munmap", "mprotect", "mremap", "brk");
    }

    /** Whether it selects the call of this name in the first ABI that has it, or in that named after an at sign. */
    private static boolean selects(SyscallFilter filter, String name) {
        SyscallTable table = SyscallTable.instance();
        int at = name.indexOf('@');
        if (name.endsWith("@x32")) {
            return table.x32Calls().stream()
                    .filter(call -> call.name().equals(name.substring(0, at)))
                    .anyMatch(filter::selects);
        }
        if (at > 0) {
            return filter.selects(table.lookup(Abi.valueOf(name.substring(at + 1)), name.substring(0, at))
                    .orElseThrow());
        }
        return Stream.of(Abi.values())
                .flatMap(abi -> table.lookup(abi, name).stream())
                .findFirst()
                .map(filter::selects)
                .orElseThrow();
    }

    private static byte[] x86Plan(String expression) throws FilterSyntaxException {
        return SyscallFilter.parse(expression).plan(ArgumentDetail.NONE).table(Abi.X86_64.auditArch());
    }

    private static List<ArgumentRead> reads(CapturePlan plan, Abi abi, String name) {
        int number = SyscallTable.instance().lookup(abi, name).orElseThrow().number();
        return plan.reads(abi.auditArch()).getOrDefault(number, List.of());
    }

    private static int bits(CapturePlan plan, Abi abi, String name) {
        int number = SyscallTable.instance().lookup(abi, name).orElseThrow().number();
        return plan.table(abi.auditArch())[number];
    }

    private static List<String> words(String text) {
        return text == null ? List.of() : List.of(text.strip().split(" "));
    }

    @Test
    void aNameThatIsAlsoAClassIsTheCall() throws FilterSyntaxException {
        SyscallTable table = SyscallTable.instance();
        SyscallFilter call = SyscallFilter.parse("trace=stat");
        SyscallFilter family = SyscallFilter.parse("trace=%%stat");

        assertThat(call.selects(table.lookup(Abi.X86_64, "stat").orElseThrow())).isTrue();
        assertThat(call.selects(table.lookup(Abi.I386, "stat64").orElseThrow())).isFalse();
        assertThat(family.selects(table.lookup(Abi.X86_64, "newfstatat").orElseThrow()))
                .isTrue();
        assertThat(family.selects(table.lookup(Abi.X86_64, "statfs").orElseThrow()))
                .isFalse();
        assertThat(SyscallFilter.parse("trace=%creds")
                        .selects(table.lookup(Abi.X86_64, "getuid").orElseThrow()))
                .isTrue();
    }
}
