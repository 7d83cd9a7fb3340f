// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.assignment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WatchProgressTest {
    private static final Map<String, String> NOTHING = Map.of();
    private final AtomicLong now = new AtomicLong(5);
    private final WatchProgress progress = new WatchProgress(now::get);

    @Test
    void anOpenWatchThatHasNothingToTellLives() {
        pass();
        assertThat(progress.stalled(true, NOTHING)).isEmpty();
    }

    @Test
    void anApiServerThatIsAwayDoesNotCountAsLongAsItIsAsked() {
        for (int attempt = 0; attempt < 3; attempt++) {
            pass();
            progress.sign();
            assertThat(progress.stalled(false, NOTHING)).isEmpty();
        }
    }

    @Test
    void aWatchThatIsNeitherOpenNorTriedStandsStill() {
        assertThat(progress.stalled(false, NOTHING)).isEmpty();
        pass();
        assertThat(progress.stalled(false, NOTHING).orElseThrow())
                .isEqualTo("NodeTraces have been neither watched nor listed again for 121 s");
    }

    @Test
    void aWatchThatHasEndedStandsStill() {
        progress.ended();
        assertThat(progress.stalled(true, NOTHING)).contains("the watch of NodeTraces has ended");
    }

    @Test
    void whatIsHeldAndNotTakenStandsStillUntilItIs() {
        progress.handled("a", "1");
        assertThat(progress.stalled(true, Map.of("a", "1", "b", "7"))).isEmpty();
        pass();
        assertThat(progress.stalled(true, Map.of("a", "1", "b", "8")).orElseThrow())
                .isEqualTo("NodeTraces that came 121 s ago have not been taken up yet");
        progress.handled("b", "8");
        assertThat(progress.stalled(true, Map.of("a", "1", "b", "8"))).isEmpty();
        assertThat(progress.stalled(true, Map.of("a", "2", "b", "8"))).isEmpty();
        progress.forget("a");
        pass();
        assertThat(progress.stalled(true, Map.of("b", "8"))).isEmpty();
    }

    private void pass() {
        now.addAndGet(WatchProgress.LIMIT.plusSeconds(1).toNanos());
    }
}
