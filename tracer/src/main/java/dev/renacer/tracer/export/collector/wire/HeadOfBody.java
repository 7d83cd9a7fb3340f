// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector.wire;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** The first bytes of a response's body; the rest is not read, however much a server sends. */
public final class HeadOfBody implements BodySubscriber<byte[]> {
    /** More than any answer of a collector needs. */
    public static final int MAX_BYTES = 64 * 1_024;

    private final CompletableFuture<byte[]> head = new CompletableFuture<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private Flow.@Nullable Subscription subscription;

    @Override
    public CompletionStage<byte[]> getBody() {
        return head;
    }

    @Override
    public void onSubscribe(Flow.Subscription upstream) {
        subscription = upstream;
        upstream.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            byte[] more = new byte[Math.min(buffer.remaining(), MAX_BYTES - bytes.size())];
            buffer.get(more);
            bytes.writeBytes(more);
        }
        if (bytes.size() == MAX_BYTES && subscription != null) {
            subscription.cancel();
            head.complete(bytes.toByteArray());
        }
    }

    @Override
    public void onError(Throwable failure) {
        head.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        head.complete(bytes.toByteArray());
    }
}
