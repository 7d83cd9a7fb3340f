// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.syscall.DescriptorCalls.Change;
import dev.renacer.tracer.syscall.DescriptorCalls.Effect;
import dev.renacer.tracer.syscall.DescriptorCalls.OnExec;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DescriptorCallsTest {
    private static final long[] NO_FLAGS = new long[6];

    @Test
    void eachCallOfTheTableExistsAndHasTheArgumentsThatItsRowNames() {
        assertThat(DescriptorCalls.names()).allSatisfy(name -> {
            assertThat(SyscallTable.instance().knows(name)).isTrue();
            Change change = DescriptorCalls.change(name).orElseThrow();
            for (Abi abi : Abi.values()) {
                SyscallTable.instance()
                        .lookup(abi, name)
                        .ifPresent(call -> assertThat(change.arguments())
                                .allSatisfy(argument -> assertThat(argument)
                                        .isLessThan(call.parameters().size())));
            }
        });
    }

    @Test
    void theTableIsSorted() {
        List<String> names =
                DataTable.rows("descriptors.tsv").stream().map(row -> row[0]).toList();

        assertThat(names).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void effectsHaveTheArgumentsTheyNeed() {
        for (String[] row : DataTable.rows("descriptors.tsv")) {
            Change change = DescriptorCalls.change(row[0]).orElseThrow();
            int needed = switch (change.effect()) {
                case PAIR -> 4;
                case SOCKET, CLOSE_RANGE -> 3;
                case ACCEPT, COPY_TO, CONNECT, BIND, LOCAL, PEER, ADDRESS -> 2;
                case MAKE, RING, SOCKETCALL, ROOT, CLONE, UNSHARE -> 0;
                default -> 1;
            };
            assertThat(change.arguments()).as(row[0]).hasSizeGreaterThanOrEqualTo(needed);
        }
    }

    @Test
    void aFlagSaysWhetherExecClosesTheDescriptor() {
        Change openat = DescriptorCalls.change("openat").orElseThrow();
        long[] marked = Arrays.copyOf(new long[] {0, 0, 0x80000}, 6);

        assertThat(openat.onExec(marked)).isEqualTo(OnExec.CLOSED);
        assertThat(openat.onExec(NO_FLAGS)).isEqualTo(OnExec.KEPT);
        assertThat(DescriptorCalls.change("openat2").orElseThrow().onExec(NO_FLAGS))
                .isEqualTo(OnExec.UNKNOWN);
        assertThat(DescriptorCalls.change("pidfd_open").orElseThrow().onExec(NO_FLAGS))
                .isEqualTo(OnExec.CLOSED);
    }

    @Test
    void thePathOfACallIsItsFirstUnlessTheTableSaysAnother() {
        assertThat(pathArgument("openat")).isEqualTo(1);
        assertThat(pathArgument("rename")).isZero();
        assertThat(pathArgument("symlinkat")).isEqualTo(2);
        assertThat(pathArgument("mount")).isEqualTo(1);
        assertThat(pathArgument("read")).isEqualTo(-1);
        assertThat(DescriptorCalls.change("mount").orElseThrow().effect()).isEqualTo(Effect.PATH);
    }

    private static int pathArgument(String name) {
        return DescriptorCalls.pathArgument(
                SyscallTable.instance().lookup(Abi.X86_64, name).orElseThrow());
    }
}
