// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector.wire;

import io.opentelemetry.sdk.common.export.MessageWriter;
import java.io.IOException;
import java.io.OutputStream;

/**
 * An OTLP request as the SDK writes it, to which each resource's entities are added ({@link EntityRefs}). How long that
 * is shows only when it is written, so there is no other length than the SDK's, which is a little less.
 *
 * @param request  what the SDK writes: traces or metrics
 */
public record RequestWithEntities(MessageWriter request) {
    /**
     * Writes it.
     *
     * @param target  stays open
     * @return how many bytes were written
     */
    public int writeTo(OutputStream target) throws IOException {
        EntityStream stream = new EntityStream(target);
        request.writeMessage(stream);
        return Math.toIntExact(stream.written());
    }
}
