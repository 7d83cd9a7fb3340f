// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.metric.CallMetrics;
import dev.renacer.tracer.metric.CallSeries.Exemplar;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.SyscallTable;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CallDurationsTest {
    private static final TracedProcess NGINX = new TracedProcess(7, 7, 0, "nginx", Optional.empty());
    private static final int READ = 0;

    private final CallMetrics metrics = new CallMetrics(3);

    private void call(int number, long nanos, long result) {
        metrics.onCall(new SyscallCall(
                NGINX,
                7,
                SyscallTable.instance().lookup(Abi.X86_64, number),
                1_000,
                1_000 + nanos,
                result < 0 ? Outcome.FAILED : Outcome.RETURNED,
                result,
                new long[6],
                List.of(),
                false,
                Optional.empty()));
    }

    private HistogramDataPointSnapshot point(int index) {
        return CallDurations.point("shop", "web-1", "nginx", metrics.series().get(index));
    }

    @Test
    void bothHistogramsCountEachCallAndTheirBoundsAgree() {
        long[] durations = {0, 1, 954, 955, 1_000_000, 20_000_000_000L};
        for (long nanos : durations) {
            call(READ, nanos, 1);
        }
        HistogramDataPointSnapshot point = point(0);

        assertThat(point.getCount()).isEqualTo(durations.length);
        assertThat(point.getNativeZeroCount()).isEqualTo(1);
        // 2^-20 s are 953.67 ns: what took no longer lies below the first bound
        assertThat(point.getClassicBuckets().getUpperBound(0)).isEqualTo(Math.pow(2, -20));
        assertThat(point.getClassicBuckets().getCount(0)).isEqualTo(2);
        assertThat(point.getClassicBuckets().getCount(point.getClassicBuckets().size() - 1))
                .isEqualTo(1);
    }

    @Test
    void whatExceedsTheLimitOfSeriesIsMeasuredTogetherAsOther() {
        for (int number = 0; number < 10; number++) {
            call(number, 5, 1);
        }
        assertThat(metrics.series()).hasSize(4);
        assertThat(point(3).getLabels().get("syscall")).isEqualTo("other");
        assertThat(point(3).getCount()).isEqualTo(7);
    }

    @Test
    void failuresAreASeriesOfTheirOwnWithTheSlowestSpanAsExemplar() {
        call(READ, 5, -11);
        metrics.told("read", "EAGAIN", new Exemplar("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", 5, 1_005));
        metrics.told("read", "EAGAIN", new Exemplar("0af7651916cd43dd8448eb211c80319c", "aaaaaaaaaaaaaaaa", 4, 1_006));

        assertThat(metrics.series()).hasSize(1);
        assertThat(point(0).getLabels().get("error_type")).isEqualTo("EAGAIN");
        assertThat(point(0).getExemplars().get(0).getLabels().get("span_id")).isEqualTo("b7ad6b7169203331");
    }
}
