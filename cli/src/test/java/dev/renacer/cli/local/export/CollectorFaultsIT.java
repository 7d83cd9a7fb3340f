// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** However a collector fails, the program is unharmed, each call is accounted for, and one message says what is wrong. */
class CollectorFaultsIT {
    private static final int EACH = 10_000;
    private static final Set<CollectorFault> NOTHING_LOST =
            EnumSet.of(CollectorFault.NONE, CollectorFault.TOO_LARGE, CollectorFault.BAD_REQUEST_AS_TOO_LARGE);

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @EnumSource(CollectorFault.class)
    void harmsNobodyAndIsToldOnce(CollectorFault fault)
            throws IOException, InterruptedException, GeneralSecurityException {
        try (FaultyCollector collector = new FaultyCollector(fault, folder)) {
            FaultRun run = FaultRun.of(
                    collector,
                    folder,
                    "sh",
                    "-c",
                    "dd if=/dev/zero of=/dev/null bs=1 count=" + EACH + " status=none; echo done; exit 7");

            assertThat(run.code()).isEqualTo(7);
            assertThat(run.out()).isEqualTo("done\n");
            assertThat(run.calls().made()).isGreaterThan(2 * EACH);
            assertThat(run.calls().toldOf()).isEqualTo(run.calls().made());
            assertThat(run.spans().sent()).isEqualTo(collector.accepted());
            assertThat(run.spans().sent() + run.spans().lost())
                    .isEqualTo(run.spans().made());
            List<String> messages = run.messages();
            if (fault.told().isEmpty()) {
                assertThat(messages).isEmpty();
            } else {
                assertThat(messages).singleElement().asString().contains(fault.told());
            }
            if (NOTHING_LOST.contains(fault)) {
                assertThat(run.spans().lost()).isZero();
            }
        }
    }
}
