// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.attached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Launchers;
import dev.renacer.cli.local.AttachedRun;
import dev.renacer.cli.local.Traced;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A target with a thread that cannot stop: it waits in vfork(2). */
class BlockedTargetIT {
    @TempDir
    Path folder = Path.of("");

    @Test
    void ctrlCEndsTheAttachWithoutItAndSaysSo() throws IOException, InterruptedException {
        Process target = new ProcessBuilder(Launchers.compiled("native/src/test/c/tracees/lives/vforks.c")
                        .toString())
                .start();
        try {
            Awaitility.await()
                    .atMost(60, TimeUnit.SECONDS)
                    .until(() -> Traced.field(target.toHandle(), "State:").startsWith("D"));
            try (AttachedRun run = AttachedRun.attach(target, folder, "-o", "/dev/null")) {
                run.signal("INT");
                assertThat(run.await()).isZero();
                assertThat(run.err())
                        .contains("renacer: 1 thread could not be stopped to be detached in 5 s")
                        .doesNotContain("could not be written");
            }
            assertThat(Traced.tracerOf(target)).isZero();
            target.getOutputStream().close();
            assertThat(target.waitFor()).isZero();
        } finally {
            target.destroyForcibly();
        }
    }
}
