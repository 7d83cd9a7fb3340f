// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.NodeTraceStatus.CallInFlight;
import dev.renacer.tracer.filter.SyscallFilter;
import dev.renacer.tracer.redact.Redactor;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a status says of a call that a process waits in. */
class OpenCallsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Process waiting;

    @BeforeEach
    void start() throws Exception {
        waiting = new ProcessBuilder("cat").start();
    }

    @AfterEach
    void end() {
        waiting.destroyForcibly();
    }

    private List<CallInFlight> told(String profile, SyscallFilter calls) throws Exception {
        Profile asked = Serialization.unmarshal("--- {maxSpansPerSecond: 100, " + profile + "}", Profile.class);
        return new OpenCalls(asked, calls, Redactor.known(), _ -> Optional.of(true)).of(List.of((int) waiting.pid()));
    }

    private CallInFlight told(String profile) {
        return Awaitility.await()
                .atMost(LIMIT)
                .until(() -> told(profile, SyscallFilter.EVERYTHING), calls -> !calls.isEmpty())
                .getFirst();
    }

    @Test
    void itIsWhatASpanSays() {
        assertThat(told("arguments: Names").call()).startsWith("read(0<pipe:");
        assertThat(told("arguments: None").call()).isEqualTo("read");
    }

    @Test
    void underAPolicyThatForbidsLooksItIsTheNameAlone() {
        CallInFlight call = told("arguments: Names, callsInFlight: Names");

        assertThat(call.call()).isEqualTo("read");
        assertThat(call.threadName()).isNull();
    }

    @Test
    void itIsTheNameAloneWhereSpansGoByPathsOrPeers() {
        assertThat(told("arguments: Names, paths: [/etc/hosts]").call()).isEqualTo("read");
    }

    @Test
    void aCallThatIsNotTracedIsNotTold() throws Exception {
        told("arguments: Names"); // it waits

        assertThat(told("arguments: Names", SyscallFilter.of(List.of("openat"))))
                .isEmpty();
    }
}
