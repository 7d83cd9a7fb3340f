// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.follow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EndPatienceTest {
    private static final String QUEUED =
            "conditions: [{type: Accepted, status: Unknown, reason: Queued}, {type: Tracing, status: 'False', reason:"
                    + " Queued}]";
    private static final String BEGUN =
            "startTime: '2026-01-01T00:00:00Z', conditions: [{type: Accepted, status: 'True', reason: Accepted}]";

    /** A window of 60 s and a minute's grace. */
    private final EndPatience patience = new EndPatience(TraceRequestSpec.EMPTY, 0);

    @Test
    void aRequestThatNobodyAnswersIsGivenUpAfterItsWindow() {
        assertThat(patience.isOver(seconds(119))).isFalse();
        assertThat(patience.isOver(seconds(120))).isTrue();
    }

    @Test
    void inAQueueItIsNotGivenUpAndItsWindowBeginsBehindIt() {
        patience.update(request(QUEUED), seconds(1));
        assertThat(patience.isOver(seconds(7_200))).isFalse();

        patience.update(request(BEGUN), seconds(7_200));
        assertThat(patience.isOver(seconds(7_319))).isFalse();
        assertThat(patience.isOver(seconds(7_320))).isTrue();
    }

    @Test
    void laterReportsDoNotProlongIt() {
        patience.update(request(BEGUN), seconds(1));
        patience.update(request(BEGUN), seconds(100));
        assertThat(patience.isOver(seconds(121))).isTrue();
    }

    @Test
    void afterCtrlCTheEndIsSoonAlsoInTheQueue() {
        patience.update(request(QUEUED), seconds(1));
        patience.stop(seconds(10));
        patience.update(request(QUEUED), seconds(11));
        assertThat(patience.isOver(seconds(39))).isFalse();
        assertThat(patience.isOver(seconds(40))).isTrue();
    }

    private static long seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }

    private static TraceRequest request(String status) {
        return Serialization.unmarshal("spec: {}\nstatus: {" + status + "}", TraceRequest.class);
    }
}
