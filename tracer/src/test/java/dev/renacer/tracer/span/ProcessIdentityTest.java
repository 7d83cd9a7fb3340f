// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.TracedProcess;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A process is known by its pid and the time of its creation. */
class ProcessIdentityTest {
    private static final AttributeKey<Long> PID = AttributeKey.longKey("process.pid");
    private static final AttributeKey<String> CREATED = AttributeKey.stringKey("process.creation.time");

    private final Scenario scenario = new Scenario(SpanOptions.defaults());

    /** Created so many milliseconds after what the scenario counts from. */
    private static TracedProcess process(int pid, int parentPid, long millis) {
        return Scenario.process(pid, parentPid, "p" + pid)
                .createdAt(Optional.of(Instant.ofEpochMilli(Scenario.EPOCH_NANOS / 1_000_000 + millis)));
    }

    private SpanData root(int index) {
        return scenario.roots().get(index);
    }

    @Test
    void rootAndCallsHaveOneResourceThatSaysWhichProcessItIs() {
        TracedProcess shell = process(7, 0, -120);
        TracedProcess program =
                new TracedProcess(7, shell.vpid(), 0, "ls", Optional.of("/bin/ls"), shell.created(), shell.published());
        scenario.start(shell, 0);
        scenario.call(shell, Scenario.READ, 1, 2, 0);
        scenario.exec(program, 3);
        scenario.call(program, Scenario.READ, 4, 5, 0);
        scenario.exit(program, 6, 0);
        scenario.end();

        assertThat(scenario.spans).hasSize(3);
        assertThat(scenario.spans)
                .allSatisfy(span -> assertThat(span.getResource())
                        .as("the exporter groups by it")
                        .isSameAs(root(0).getResource()));
        assertThat(root(0).getResource().getAttribute(PID)).isEqualTo(7);
        assertThat(root(0).getResource().getAttribute(CREATED)).isEqualTo("2023-11-14T22:13:19.880Z");
        assertThat(root(0).getResource().getAttribute(AttributeKey.stringKey("service.name")))
                .isEqualTo("test");
        assertThat(root(0).getAttributes().get(CREATED)).isEqualTo("2023-11-14T22:13:19.880Z");
    }

    @Test
    void processesThatTakeTurnsKeepTheirOwn() {
        TracedProcess one = process(7, 0, 0);
        TracedProcess other = process(8, 7, 0);
        scenario.start(one, 0);
        scenario.start(other, 1);
        for (int round = 1; round < 10; round++) {
            scenario.call(one, Scenario.READ, 10L * round, 10L * round + 1, 0);
            scenario.call(other, Scenario.READ, 10L * round + 2, 10L * round + 3, 0);
        }
        scenario.end();

        assertThat(scenario.calls().stream().map(SpanData::getResource).distinct())
                .hasSize(2)
                .extracting(resource -> resource.getAttribute(PID))
                .containsExactly(7L, 8L);
        assertThat(scenario.calls().get(0).getResource())
                .isSameAs(scenario.calls().get(2).getResource());
    }

    @Test
    void aPidAloneIsNoIdentity() {
        scenario.start(Scenario.process(7, 0, "sh"), 0);
        scenario.end();

        assertThat(root(0).getResource()).isSameAs(scenario.resource);
        assertThat(root(0).getAttributes().get(CREATED)).isNull();
    }

    @Test
    void aProcessCannotPassForAnother() {
        scenario.start(
                process(7, 0, 0).publishing(Map.of("process.pid", "1", "process.creation.time", "x", "a", "b")), 0);
        scenario.end();

        assertThat(root(0).getResource().getAttribute(PID)).isEqualTo(7);
        assertThat(root(0).getResource().getAttribute(CREATED)).isEqualTo("2023-11-14T22:13:20.000Z");
        assertThat(root(0).getResource().getAttribute(AttributeKey.stringKey("a")))
                .isEqualTo("b");
    }

    @Test
    void aPidThatIsUsedAgainIsAnotherProcess() {
        TracedProcess first = process(7, 0, 0);
        TracedProcess second = process(7, 0, 20);
        scenario.start(first, 0);
        scenario.exit(first, 10_000, 0);
        scenario.idle(15_000);
        scenario.start(second, 20_000);
        scenario.exit(second, 30_000, 0);
        scenario.end();

        assertThat(scenario.roots())
                .extracting(root -> root.getResource().getAttribute(CREATED))
                .containsExactly("2023-11-14T22:13:20.000Z", "2023-11-14T22:13:20.020Z");
        assertThat(root(1).getLinks()).isEmpty();
    }

    /** Somebody who is not traced has the pid now. */
    @Test
    void aProcessThatIsYoungerThanTheEndOfAParentIsNotItsChild() {
        TracedProcess parent = process(7, 0, 0);
        scenario.start(parent, 0);
        scenario.exit(parent, 10_000, 0);
        scenario.idle(15_000);
        scenario.start(process(8, 7, 9), 20_000);
        scenario.start(process(9, 7, 20), 30_000);
        scenario.end();

        assertThat(root(1).getAttributes().get(PID)).isEqualTo(8);
        assertThat(root(1).getLinks())
                .singleElement()
                .satisfies(link -> assertThat(link.getSpanContext()).isEqualTo(root(0).getSpanContext()));
        assertThat(root(2).getAttributes().get(PID)).isEqualTo(9);
        assertThat(root(2).getLinks()).isEmpty();
    }
}
