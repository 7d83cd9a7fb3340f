// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.context.ThreadContext;
import dev.renacer.tracer.http.RequestGap;
import dev.renacer.tracer.span.attribute.SpanAttributes;
import dev.renacer.tracer.span.parent.ParentOptions;
import dev.renacer.tracer.span.slice.ParentSource;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an application publishes decides whose children its calls are, and what its processes are. */
class ApplicationContextTest {
    private static final TracedProcess SHOP = Scenario.process(100, 0, "shop");
    private static final ThreadContext CONTEXT = new ThreadContext(0x0102, 0x0304, 0x0506, 3);
    private static final ThreadContext UNSAMPLED = new ThreadContext(0x0102, 0x0304, 0x0506, 2);

    private final Scenario scenario = new Scenario(SpanOptions.defaults());

    @Test
    void aCallIsAChildOfTheSpanThatItsThreadWorksFor() {
        scenario.start(SHOP, 0);
        call(scenario, SHOP, Optional.of(CONTEXT));
        call(scenario, SHOP, Optional.empty());
        scenario.exit(SHOP, 50, 0);
        scenario.end();

        SpanData within = scenario.calls().getFirst();
        SpanData outside = scenario.calls().getLast();
        SpanData root = scenario.roots().getFirst();
        assertThat(within.getTraceId()).isEqualTo("00000000000001020000000000000304");
        assertThat(within.getParentSpanId()).isEqualTo("0000000000000506");
        assertThat(within.getSpanContext().getTraceId()).isEqualTo(within.getTraceId());
        assertThat(within.getLinks())
                .singleElement()
                .satisfies(link -> assertThat(link.getSpanContext().getSpanId()).isEqualTo(root.getSpanId()));
        assertThat(within.getAttributes().get(SpanAttributes.SYSCALL_PARENT_SOURCE))
                .isEqualTo("thread_context");
        assertThat(within.getAttributes().get(SpanAttributes.PROCESS_PID)).isEqualTo(100);
        assertThat(within.getTotalAttributeCount())
                .isEqualTo(within.getAttributes().size());
        assertThat(outside.getParentSpanId()).isEqualTo(root.getSpanId());
        assertThat(outside.getLinks()).isEmpty();
        assertThat(outside.getAttributes().get(SpanAttributes.SYSCALL_PARENT_SOURCE))
                .isEqualTo("process");
    }

    @Test
    void aRootSaysWhyCallsAreNotPutUnderTheirRequests() {
        scenario.start(SHOP, 0);
        scenario.assembler.onRequestGap(SHOP, RequestGap.FIRST, 1);
        scenario.assembler.onRequestGap(SHOP, RequestGap.HANDED_OVER, 2);
        scenario.assembler.onRequestGap(SHOP, RequestGap.HANDED_OVER, 3);
        scenario.assembler.onRequestGap(Scenario.process(101, 0, "unknown"), RequestGap.ENCRYPTED, 1);
        scenario.exit(SHOP, 50, 0);
        scenario.end();

        SpanData root = scenario.onlyRoot();
        assertThat(Scenario.attribute(root, "renacer.requests.first")).contains(1L);
        assertThat(Scenario.attribute(root, "renacer.requests.handed_over")).contains(5L);
        assertThat(Scenario.attribute(root, "renacer.connections.encrypted")).isEmpty();
    }

    @Test
    void whatTheApplicationDoesNotRecordIsCountedAndLeftOut() {
        scenario.start(SHOP, 0);
        call(scenario, SHOP, Optional.of(UNSAMPLED));

        assertThat(scenario.calls()).isEmpty();
        assertThat(scenario.assembler.unsampledCalls()).isEqualTo(1);

        Scenario asked = new Scenario(
                SpanOptions.defaults().withParents(new ParentOptions(ParentSource.ENVIRONMENT, true, false)));
        asked.start(SHOP, 0);
        call(asked, SHOP, Optional.of(UNSAMPLED));
        assertThat(asked.calls()).hasSize(1);
        assertThat(asked.assembler.unsampledCalls()).isZero();
    }

    @Test
    void aGivenTraceThatNobodyRecordsIsCountedAndLeftOut() {
        Optional<SpanContext> given = Optional.of(
                TraceParent.parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", Optional.empty()));
        Scenario followed = new Scenario(SpanOptions.defaults(), given);
        TracedProcess child = Scenario.process(101, 100, "child");
        followed.start(SHOP, 0);
        call(followed, SHOP, Optional.empty());
        followed.start(child, 20);
        call(followed, child, Optional.empty());
        call(followed, SHOP, Optional.of(CONTEXT));
        followed.exit(child, 40, 0);
        followed.exit(SHOP, 50, 0);
        followed.end();

        // Only the call for a span that the program does record.
        assertThat(followed.spans)
                .singleElement()
                .satisfies(span -> assertThat(span.getParentSpanId()).isEqualTo("0000000000000506"));
        assertThat(followed.assembler.unsampledCalls()).isEqualTo(2);
        assertThat(followed.assembler.callsMade()).isEqualTo(3);
        assertThat(followed.assembler.callsSampled()).isEqualTo(2);

        Scenario asked = new Scenario(
                SpanOptions.defaults().withParents(new ParentOptions(ParentSource.ENVIRONMENT, true, false)), given);
        asked.start(SHOP, 0);
        call(asked, SHOP, Optional.empty());
        asked.exit(SHOP, 50, 0);
        asked.end();
        assertThat(asked.roots()).hasSize(1);
        assertThat(asked.calls()).hasSize(1);
        assertThat(asked.assembler.unsampledCalls()).isZero();
    }

    @Test
    void aProcessIsTheServiceThatItSaysItIs() {
        TracedProcess published = SHOP.publishing(Map.of("service.name", "checkout", "vcs.ref.head.revision", "abc"));
        scenario.start(SHOP, 0);
        call(scenario, SHOP, Optional.empty());
        call(scenario, published, Optional.of(CONTEXT));
        call(scenario, published, Optional.empty());
        scenario.exit(published, 50, 0);
        scenario.end();

        assertThat(service(scenario.calls().getFirst())).isEqualTo("test");
        assertThat(service(scenario.calls().getLast())).isEqualTo("checkout");
        assertThat(scenario.calls().get(1).getResource())
                .isSameAs(scenario.calls().getLast().getResource());
        assertThat(scenario.roots().getLast().getResource())
                .isSameAs(scenario.calls().getLast().getResource());
        assertThat(attribute(scenario.roots().getLast(), "vcs.ref.head.revision"))
                .isEqualTo("abc");
    }

    @Test
    void aProgramCannotPassForAnotherPod() {
        TracedProcess liar = SHOP.publishing(Map.of(
                "k8s.pod.name", "other", "container.id", "other", "host.name", "other", "telemetry.distro.name", "x"));
        scenario.start(liar, 0);
        call(scenario, liar, Optional.empty());

        Attributes resource = scenario.calls().getFirst().getResource().getAttributes();
        assertThat(resource).isEqualTo(scenario.resource.getAttributes());
    }

    @Test
    void whatAPersonHasNamedStays() {
        Scenario named = new Scenario(
                SpanOptions.defaults().withParents(new ParentOptions(ParentSource.ENVIRONMENT, false, true)));
        TracedProcess published = SHOP.publishing(Map.of("service.name", "checkout", "service.instance.id", "one"));
        named.start(published, 0);
        call(named, published, Optional.empty());

        assertThat(service(named.calls().getFirst())).isEqualTo("test");
        assertThat(attribute(named.calls().getFirst(), "service.instance.id")).isEqualTo("one");
    }

    private static void call(Scenario target, TracedProcess process, Optional<ThreadContext> context) {
        SyscallCall call = Scenario.call(process, Scenario.GETPPID, 10, 20, Outcome.RETURNED, 1, false);
        target.tell(call.in(context));
    }

    private static String service(SpanData span) {
        return attribute(span, "service.name");
    }

    private static String attribute(SpanData span, String key) {
        return String.valueOf(span.getResource().getAttribute(AttributeKey.stringKey(key)));
    }
}
