// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.kubectl.api.Lookup;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestSpec;
import dev.renacer.crds.TraceTotals;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestDescriptionTest {
    private static final TraceRequest REQUEST = Serialization.unmarshal("""
        metadata: {name: checkout-x7k2p, namespace: shop, uid: u1}
        spec:
          workloadRef: {kind: Deployment, name: checkout}
          containers: [app]
          process: java
          syscalls: [openat, network]
          onlyErrors: true
          errorStatus: All
          minDurationMicros: 500
          durationSeconds: 30
          safety: {maxSlowdownPercent: 50}
          requestedBy: jane
        status:
          sink: default
          startTime: "2026-01-01T00:00:00Z"
          deadline: "2026-01-01T00:00:30Z"
          totals: {targets: 1, processes: 2, calls: 10, spans: 9, lost: 1, slowdownPercent: 3, workSlowdownPercent: 40, worstSlowdownPercent: 5, stopMicrosP99: 20}
          skipped:
          - reason: DeniedByPod
            count: 1
            examples: [{podName: db-0, nodeName: node-2, message: annotated}]
        """, TraceRequest.class);

    private static final NodeTrace TRACE = Serialization.unmarshal("""
        spec:
          nodeName: node-1
          targets:
          - {podName: web-1, podUid: p1, namespace: shop, containerName: app, containerId: c1}
          - {podName: web-2, podUid: p2, namespace: shop, containerName: app, containerId: c2}
        status:
          targets:
          - podUid: p1
            containerName: app
            containerId: c1
            state: Failed
            reason: AlreadyTraced
            message: held by pid 7
        """, NodeTrace.class);

    @Test
    void theSpecIsToldInWordsAndEachContainerWithItsReason() {
        assertThat(new RequestDescription(REQUEST, new Lookup.Found<>(List.of(TRACE)), new Lookup.Found<>(List.of()))
                        .lines())
                .contains(
                        "Asks for:      the system calls openat, network that failed in whatever way that took at least 500 us",
                        "Of:            the pods of Deployment checkout, containers app, processes whose name matches"
                                + " java",
                        "At most:       30 s, 2,000 spans/s of a container, a slowdown of 50 %, folded to what is readable",
                        "Ends:          2026-01-01T00:00:30Z",
                        "Figures:       1 container, 2 processes: 10 calls, 9 spans, lost 1, slowdown at least 3 % (at most 40 %)")
                .anySatisfy(line -> assertThat(line).matches(" +DeniedByPod +1 +db-0 +node-2 +annotated"))
                .anySatisfy(line -> assertThat(line)
                        .matches(" +node-1 +web-1/app +Failed +0 +0 +0 +0 % +\\(AlreadyTraced\\): held by pid 7"))
                .anySatisfy(line -> assertThat(line).matches(" +node-1 +web-2/app +Assigned +0 +0 +0 +0 %"));
    }

    @Test
    void thatCallsMayBeMissingIsAmongTheFigures() {
        TraceTotals overlooked = new TraceTotals(1, 2, 10, 9, 0, 0, 0, 0, 0, 0, 0, null, 3);

        assertThat(Figures.line(overlooked))
                .isEqualTo(
                        "1 container, 2 processes: 10 calls, 9 spans, lost 0, calls may be missing (3 failed look-ups of"
                                + " descriptors)");
    }

    @Test
    void whatIsMissingOfTheApplicationsTracesIsToldOfTheRequestAndOfEachContainer() {
        String contexts = "contexts: {unsampledCalls: 4, encryptedConnections: 2}";
        TraceRequest request = Serialization.unmarshal(
                Serialization.asYaml(REQUEST).replace("    lost: 1", "    lost: 1\n    " + contexts),
                TraceRequest.class);
        NodeTrace trace = Serialization.unmarshal("""
            spec: {nodeName: node-1, targets: []}
            status:
              targets:
              - {podUid: p1, podName: web-1, containerName: app, containerId: c1, state: Tracing, totals: {%s}}
            """.formatted(contexts), NodeTrace.class);

        assertThat(new RequestDescription(request, new Lookup.Found<>(List.of(trace)), new Lookup.Found<>(List.of()))
                        .lines())
                .contains(
                        "Figures:       1 container, 2 processes: 10 calls, 9 spans, lost 1, 4 calls of unrecorded traces left"
                                + " out (--unsampled Keep), slowdown at least 3 % (at most 40 %)",
                        "Requests:      4 calls left out, as the application does not record their traces, 2 served connections"
                                + " encrypted")
                .anySatisfy(line -> assertThat(line)
                        .contains(" web-1/app ")
                        .endsWith(
                                "4 calls left out, as the application does not record their traces, 2 served connections"
                                        + " encrypted"));
    }

    @Test
    void callsInFlightAreToldWithTheirAgeWhenTheyWereReported() {
        NodeTrace trace = Serialization.unmarshal("""
            spec: {nodeName: node-1, targets: []}
            status:
              updateTime: "2026-01-01T00:02:10.123Z"
              targets:
              - podUid: p1
                podName: web-1
                containerName: app
                containerId: c1
                state: Tracing
                callsInFlight:
                - {call: "futex(0x7f, FUTEX_WAIT, 2, NULL)", since: "2026-01-01T00:00:00Z", threads: 40, tid: 9, threadName: worker}
                - {call: read, since: "2026-01-01T00:02:00Z", threads: 1, tid: 7}
            """, NodeTrace.class);

        assertThat(new RequestDescription(REQUEST, new Lookup.Found<>(List.of(trace)), new Lookup.Found<>(List.of()))
                        .lines())
                .containsSequence(
                        "In flight:",
                        "  POD/CONTAINER   FOR     THREADS   OLDEST       CALL",
                        "  web-1/app       2m10s   40        9 (worker)   futex(0x7f, FUTEX_WAIT, 2, NULL)",
                        "  web-1/app       10s     1         7            read");
    }

    @Test
    void aPodThatIsGoneIsStillCalledByItsName() {
        NodeTrace gone = Serialization.unmarshal("""
            spec: {nodeName: node-1, targets: []}
            status:
              targets:
              - {podUid: p1, podName: web-1, containerName: app, containerId: c1, state: Finished}
              - {podUid: p2, containerName: app, containerId: c2, state: Finished}
            """, NodeTrace.class);
        assertThat(new RequestDescription(REQUEST, new Lookup.Found<>(List.of(gone)), new Lookup.Found<>(List.of()))
                        .lines())
                .anySatisfy(line -> assertThat(line).contains(" web-1/app "))
                .anySatisfy(line -> assertThat(line).contains(" (uid p2)/app "));
    }

    @Test
    void whatCallsMustBeAboutIsTold() {
        assertThat(what("{paths: [/etc/hosts, /srv], peers: [':53', /run/x]}"))
                .isEqualTo("every system call about /etc/hosts or /srv or with the peer :53 or /run/x");
        assertThat(what("{syscalls: [openat], paths: [/etc/hosts], onlyErrors: true}"))
                .isEqualTo("the system calls openat about /etc/hosts that failed");
        assertThat(what("{peers: ['10.0.0.9:5432']}")).isEqualTo("every system call with the peer 10.0.0.9:5432");
    }

    @Test
    void whichTraceItContinuesIsTold() {
        assertThat(what("{traceParent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01}"))
                .isEqualTo("every system call in the trace of 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    }

    @Test
    void thatUnrecordedTracesAreMeantTooIsTold() {
        assertThat(what("{unsampled: Keep}"))
                .isEqualTo("every system call and those for traces that the application does not record");
        assertThat(what("{unsampled: Drop}")).isEqualTo("every system call");
    }

    @Test
    void thatCallsAreLeftOutByRulesIsTold() {
        assertThat(new RequestWords(Serialization.unmarshal(
                                "--- {sampling: [{keepErrors: true}, {keepTracesPerMillion: 1000}]}",
                                TraceRequestSpec.class))
                        .limits())
                .isEqualTo("60 s, 2,000 spans/s of a container, folded to what is readable, sampled by 2 rules");
    }

    private static String what(String spec) {
        return new RequestWords(Serialization.unmarshal("--- " + spec, TraceRequestSpec.class)).what();
    }

    @Test
    void noStringOfAnObjectSteersTheTerminal() {
        TraceRequest hostile = Serialization.unmarshal(
                Serialization.asJson(REQUEST)
                        .replaceAll("(checkout|java|jane|default|annotated|db-0)", "$1\\\\u001b[31m\\\\n\\\\u202e"),
                TraceRequest.class);
        NodeTrace trace = Serialization.unmarshal(
                Serialization.asJson(TRACE).replaceAll("(web-1|held by|node-1)", "$1\\\\u009b2J\\\\u2028"),
                NodeTrace.class);
        assertThat(new RequestDescription(hostile, new Lookup.Found<>(List.of(trace)), new Lookup.Found<>(List.of()))
                        .lines())
                .anySatisfy(line -> assertThat(line).contains("jane\\u001b[31m\\u000a\\u202e"))
                .anySatisfy(line -> assertThat(line).contains("web-1\\u009b2J\\u2028"))
                .allSatisfy(line -> assertThat(line).doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]"));
    }

    @Test
    void whatMayNotBeReadIsSaidToBeUnknown() {
        assertThat(new RequestDescription(
                                REQUEST, new Lookup.Unreadable<>("forbidden"), new Lookup.Unreadable<>("forbidden"))
                        .lines())
                .contains("Containers:    unknown, you may not read nodetraces in this namespace");
    }
}
