// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector.wire;

import io.grpc.Drainable;
import io.grpc.MethodDescriptor.Marshaller;
import io.opentelemetry.sdk.common.export.MessageWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** How gRPC reads and writes the messages of an export: the request directly from its spans, the response as bytes. */
public final class GrpcMarshallers {
    public static final Marshaller<MessageWriter> REQUEST = new Marshaller<>() {
        @Override
        public InputStream stream(MessageWriter message) {
            return new Request(message);
        }

        @Override
        public MessageWriter parse(InputStream stream) {
            throw new UnsupportedOperationException("requests are only written");
        }
    };

    public static final Marshaller<byte[]> RESPONSE = new Marshaller<>() {
        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try (stream) {
                return stream.readAllBytes(); // bounded by the channel
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    private GrpcMarshallers() {}

    /**
     * A message that gRPC drains into its own buffers, where it finds out how long it is; it reads one only if it must.
     */
    private static final class Request extends InputStream implements Drainable {
        private final MessageWriter message;
        private boolean drained;
        private @Nullable InputStream bytes;

        Request(MessageWriter message) {
            this.message = message;
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            drained = true;
            return new RequestWithEntities(message).writeTo(target);
        }

        @Override
        public int available() throws IOException {
            return drained ? 0 : copy().available();
        }

        @Override
        public int read() throws IOException {
            return copy().read();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return copy().read(target, offset, length);
        }

        private InputStream copy() throws IOException {
            InputStream copied = bytes;
            if (copied == null) {
                ByteArrayOutputStream copy = new ByteArrayOutputStream(message.getContentLength());
                new RequestWithEntities(message).writeTo(copy);
                copied = new ByteArrayInputStream(copy.toByteArray());
                bytes = copied;
            }
            return copied;
        }
    }
}
