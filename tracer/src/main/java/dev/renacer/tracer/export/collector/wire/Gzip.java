// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector.wire;

import io.grpc.CompressorRegistry;
import io.opentelemetry.sdk.common.export.Compressor;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Compresses requests, for OTLP/HTTP and for gRPC, at zlib's fastest level: at its default one it would be most of what a span costs,
 * for a fifth fewer bytes.
 */
public final class Gzip implements Compressor, io.grpc.Compressor {
    public static final Gzip INSTANCE = new Gzip();

    private static final String NAME = "gzip";
    private static final int BUFFER = 8_192;

    private Gzip() {}

    /** For a gRPC channel. */
    public static CompressorRegistry registry() {
        CompressorRegistry registry = CompressorRegistry.newEmptyInstance();
        registry.register(INSTANCE);
        return registry;
    }

    @Override
    public String getEncoding() {
        return NAME;
    }

    @Override
    public String getMessageEncoding() {
        return NAME;
    }

    @Override
    public OutputStream compress(OutputStream out) throws IOException {
        return new Fast(out);
    }

    private static final class Fast extends GZIPOutputStream {
        Fast(OutputStream out) throws IOException {
            super(out, BUFFER);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
