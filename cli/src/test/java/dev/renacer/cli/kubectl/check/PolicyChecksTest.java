// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.TraceRequestSpec;
import dev.renacer.crds.admin.TracePolicySpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the operator would refuse by a policy is told before anything is sent. */
class PolicyChecksTest {
    @Test
    void aSpanForEachCallIsToldToBeDenied() {
        assertThat(denials("{volume: Readable}", "{volume: All}"))
                .containsExactly(CheckResult.no(
                        "policy",
                        "few: a span for each call is not allowed",
                        "leave --volume All out, or ask a cluster admin to leave volume out of the policy"));
        assertThat(denials("{volume: Readable}", "{volume: Readable}")).isEmpty();
        assertThat(denials("{volume: Readable}", "{podName: a}")).isEmpty();
        assertThat(denials("{}", "{volume: All}")).isEmpty();
    }

    @Test
    void callsCannotBeChosenByWhatNoSpanSays() {
        assertThat(denials("{arguments: None}", "{paths: [/etc/hosts]}")).hasSize(1);
        assertThat(denials("{arguments: Names}", "{paths: [/etc/hosts]}")).isEmpty();
        assertThat(denials("{arguments: None}", "{podName: a}")).isEmpty();
    }

    private static List<CheckResult> denials(String policy, String request) {
        return PolicyChecks.denials(
                "few",
                Serialization.unmarshal("--- " + policy, TracePolicySpec.class),
                Serialization.unmarshal("--- " + request, TraceRequestSpec.class));
    }
}
