// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CallPathsTest {
    private static final long CALL = 0x1000;
    private static final SourceLocation GREET = new SourceLocation(Optional.of("greet"), Optional.of("/a.c"), 3);

    private final Stacks stacks = new Stacks();
    private final CallPaths<CallPaths.Known> paths = new CallPaths<>();

    @Test
    void aStackIsKnownByItsReturnAddressesAlone() {
        remember(new long[] {1, 0x2000, 2, 0x3000, 3}, frame(0x2000, 8), frame(0x3000, 24));

        assertThat(find(new long[] {9, 0x2000, 8, 0x3000, 7})).isEqualTo(new CallPaths.Known(Optional.of(GREET)));
        assertThat(find(new long[] {1, 0x2001, 2, 0x3000, 3})).isNull();
        assertThat(find(new long[] {1, 0x2000, 2, 0x3001, 3})).isNull();
        assertThat(find(new long[] {1, 0x2000})).isNull();
    }

    @Test
    void aReturnAddressMayLieElsewhereTheNextTime() {
        remember(new long[] {0x2000, 0, 0}, frame(0x2000, 0));
        remember(new long[] {0, 0, 0x2000}, frame(0x2000, 16));

        assertThat(find(new long[] {0x2000, 5, 5})).isNotNull();
        assertThat(find(new long[] {5, 5, 0x2000})).isNotNull();
        assertThat(find(new long[] {5, 0x2000, 5})).isNull();
    }

    @Test
    void aCallMadeFromTheUsersOwnCodeIsKnownByItsAddress() {
        remember(new long[] {});

        assertThat(find(new long[] {1, 2, 3})).isNotNull();
    }

    @Test
    void whatTheStackDoesNotShowIsNotKept() {
        remember(new long[] {0x2000}, frame(0x2000, -1));
        assertThat(find(new long[] {0x2000})).isNull();
        remember(new long[] {0x2000}, frame(0x2222, 0));
        assertThat(find(new long[] {0x2222})).isNull();
        remember(new long[] {0x2000}, frame(0x2000, 1 << 20));
        assertThat(find(new long[] {0x2000})).isNull();
    }

    private static UnwinderAnswer.Frame frame(long address, int slot) {
        return new UnwinderAnswer.Frame(address, slot);
    }

    private void remember(long[] stack, UnwinderAnswer.Frame... callers) {
        List<UnwinderAnswer.Frame> frames = new ArrayList<>(List.of(frame(CALL, -1)));
        frames.addAll(List.of(callers));
        StackSample seen = stacks.call(CALL, stack, event -> {
            StackSample sample = Objects.requireNonNull(StackSample.of(event));
            paths.add(sample, frames, new CallPaths.Known(Optional.of(GREET)));
            return sample;
        });
        assertThat(seen).isNotNull();
    }

    private CallPaths.@Nullable Known find(long[] stack) {
        return stacks.call(
                        CALL,
                        stack,
                        event -> Optional.ofNullable(paths.find(Objects.requireNonNull(StackSample.of(event)))))
                .orElse(null);
    }
}
