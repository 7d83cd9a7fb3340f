// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConditionLogTest {
    private static Condition condition(String type, String status, String reason) {
        return new ConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage("because")
                .build();
    }

    private static TraceRequest request(Condition... conditions) {
        TraceRequest request = new TraceRequest();
        request.setStatus(
                new TraceRequestStatus(1L, List.of(conditions), null, null, null, null, null, null, null, null, null));
        return request;
    }

    @Test
    void tellsEachConditionOnceAndEachOfItsChanges() {
        ConditionLog log = new ConditionLog();

        assertThat(log.news(request(condition("Accepted", "True", "Accepted"))))
                .containsExactly("Accepted  = True     Accepted: because");
        assertThat(log.news(request(condition("Accepted", "True", "Accepted")))).isEmpty();
        assertThat(log.news(request(
                        condition("Accepted", "True", "Accepted"), condition("Tracing", "False", "WaitingForAgent"))))
                .containsExactly("Tracing   = False    WaitingForAgent: because");
        assertThat(log.news(request(condition("Tracing", "True", "Tracing")))).hasSize(1);
    }

    @Test
    void aRequestIsOverOnceItHasSucceededOrNot() {
        assertThat(ConditionLog.isOver(new TraceRequest())).isFalse();
        assertThat(ConditionLog.isOver(request(condition("Succeeded", "Unknown", "InProgress"))))
                .isFalse();
        assertThat(ConditionLog.isOver(request(condition("Succeeded", "True", "Completed"))))
                .isTrue();
        assertThat(ConditionLog.isOver(request(condition("Succeeded", "False", "NothingTraced"))))
                .isTrue();
    }
}
