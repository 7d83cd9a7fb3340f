// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.export.collector.CollectorConnection;
import dev.renacer.tracer.export.collector.EndpointProbe;
import dev.renacer.tracer.export.collector.ExportOutcome;
import dev.renacer.tracer.export.encoding.SpanRequest;
import dev.renacer.tracer.export.settings.OtlpSettings;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** For whom a close waits that has an hour's patience. */
@Timeout(60)
class ExportLoopTest {
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofHours(1);
    private static final int AWAY = 5;

    private final AtomicInteger requests = new AtomicInteger();

    /** A collector whose port answers, which resets the first connections. */
    private final CollectorConnection resetting = new CollectorConnection() {
        @Override
        public CompletableFuture<ExportOutcome> send(SpanRequest request) {
            return CompletableFuture.completedFuture(
                    requests.incrementAndGet() > AWAY
                            ? new ExportOutcome.Accepted(0, "")
                            : new ExportOutcome.Unanswered("connection reset"));
        }

        @Override
        public void reset() {
            // there is none
        }

        @Override
        public void close() {
            // there is none
        }
    };

    private static EndpointProbe explaining(boolean lasting) {
        return new EndpointProbe() {
            @Override
            public Optional<String> unreachable() {
                return Optional.empty();
            }

            @Override
            public Explanation explained(String cause) {
                return new Explanation(cause, lasting);
            }
        };
    }

    /** What becomes of one span that is offered just before the close. */
    private SpanSink.Counts closed(boolean lasting) throws InterruptedException {
        OtlpSettings settings = OtlpSettings.defaults();
        ExportHealth health = new ExportHealth(_ -> {}, System::nanoTime);
        ExportLoop loop = new ExportLoop(settings, resetting, explaining(lasting), health);
        TargetQueue target =
                new TargetQueue("t", 10, new WaitingRoom(settings.waitingBytes()), new ChunkPool(1 << 20), loop);
        loop.start();
        target.offer(NumberedSpan.of(1));
        loop.close(DEADLINE, PATIENCE);
        return target.counts();
    }

    @Test
    void aCollectorThatResetsConnectionsIsWaitedFor() throws InterruptedException {
        assertThat(closed(false).exported()).isEqualTo(1);
    }

    @Test
    void oneWhoseCertificateDoesNotDoIsNot() throws InterruptedException {
        assertThat(closed(true).failed()).isEqualTo(1);
        assertThat(requests.get()).isLessThanOrEqualTo(AWAY);
    }
}
