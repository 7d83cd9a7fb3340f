// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.assignment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.Reason;
import dev.renacer.nodeagent.process.ContainerCgroup;
import dev.renacer.nodeagent.refusal.Refusal;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AssignmentRulesTest {
    private static final Target SHOP = new Target("p", "u", null, "shop", "main", "c", null, null);
    private static final AssignmentRules RULES =
            new AssignmentRules(Optional.of("renacer-system"), Optional.of(new ContainerCgroup("own", "agent")));

    @Test
    void anOrdinaryContainerMayBeTraced() {
        assertThat(RULES.refusal(SHOP, Profile.everything(10))).isEmpty();
    }

    @Test
    void theAgentsNamespaceAndContainerAreNeverTraced() {
        Target system = new Target("p", "u", null, "renacer-system", "main", "c", null, null);
        Target self = new Target("p", "own", null, "elsewhere", "main", "agent", null, null);
        assertThat(reason(system, Profile.everything(10))).contains(Reason.NeverTraced);
        assertThat(reason(self, Profile.everything(10))).contains(Reason.NeverTraced);
    }

    @Test
    void aProfileThatNobodyCanCarryOutIsRefusedBeforeAProcessExists() {
        assertThat(reason(SHOP, new Profile(List.of("opennat"), null, null, null, 10, null)))
                .contains(Reason.UnknownSyscall);
        assertThat(reason(SHOP, new Profile(null, "(", null, null, 10, null))).contains(Reason.InvalidProcessPattern);
    }

    @Test
    void anExpressionThatWouldFillTheMemoryIsRefused() {
        String bomb = "((((((a{1,100}){1,100}){1,100}){1,100}){1,100}){1,100})";

        assertThat(reason(SHOP, new Profile(null, bomb, null, null, 10, null))).contains(Reason.InvalidProcessPattern);
        assertThat(reason(SHOP, new Profile(List.of("read", "!/" + bomb + "/"), null, null, null, 10, null)))
                .contains(Reason.UnknownSyscall);
        assertThat(reason(SHOP, new Profile(List.of("/\\Q/,/" + bomb + "/"), null, null, null, 10, null)))
                .contains(Reason.UnknownSyscall);
    }

    @Test
    void aRuleOfSamplingThatNeverSaysAnythingIsRefused() {
        assertThat(sampled("{dropSyscalls: [opennat]}")).contains(Reason.UnknownSyscall);
        assertThat(sampled("{}")).contains(Reason.InvalidSpec);
        assertThat(sampled("{dropSyscalls: [openat]}, {keepTracesPerMillion: 10}"))
                .isEmpty();
    }

    private static Optional<Reason> sampled(String rules) {
        return reason(
                SHOP, Serialization.unmarshal("--- {maxSpansPerSecond: 10, sampling: [" + rules + "]}", Profile.class));
    }

    private static Optional<Reason> reason(Target target, Profile profile) {
        return RULES.refusal(target, profile).map(Refusal::reason);
    }
}
