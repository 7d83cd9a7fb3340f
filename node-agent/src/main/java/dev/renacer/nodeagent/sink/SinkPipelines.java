// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.sink;

import dev.renacer.crds.NodeTraceSpec.Sink;
import dev.renacer.crds.Reason;
import dev.renacer.nodeagent.refusal.RefusedException;
import dev.renacer.tracer.export.OtlpPipeline;
import dev.renacer.tracer.export.settings.OtlpEndpoint;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One pipeline for each sink in use, shared by all assignments that name it and ended when the last of them is over.
 * Thread-safe.
 */
public final class SinkPipelines {
    private final Opener opener;
    private final Map<Sink, Shared> open = new HashMap<>();

    /** Opens pipelines. */
    @FunctionalInterface
    public interface Opener {
        /**
         * Opens a pipeline; does not connect.
         *
         * @throws RefusedException if the sink cannot be used
         */
        OtlpPipeline open(Sink sink, OtlpEndpoint endpoint) throws RefusedException;
    }

    /** @param opener  opens a pipeline when the first one borrows it */
    public SinkPipelines(Opener opener) {
        this.opener = opener;
    }

    /** The right to use a sink's pipeline; given back by {@link #close()}. */
    public final class Lease implements AutoCloseable {
        private final Sink sink;
        private final OtlpPipeline pipeline;

        private Lease(Sink sink, OtlpPipeline pipeline) {
            this.sink = sink;
            this.pipeline = pipeline;
        }

        /** The pipeline; the borrower must not close it. */
        public OtlpPipeline pipeline() {
            return pipeline;
        }

        /**
         * Gives it back. When the last borrower has given it back the pipeline ends, which flushes for at most 5 s. To
         * be called once.
         */
        @Override
        public void close() {
            release(sink);
        }
    }

    private static final class Shared {
        private final OtlpPipeline pipeline;
        private int leases;

        Shared(OtlpPipeline pipeline) {
            this.pipeline = pipeline;
        }
    }

    /**
     * Borrows the pipeline to {@code sink}, opening it if nobody uses it yet. Opening does not connect.
     *
     * @throws RefusedException if the sink's endpoint, protocol or credentials cannot be used
     */
    public synchronized Lease lease(Sink sink) throws RefusedException {
        Shared shared = open.get(sink);
        if (shared == null) {
            shared = new Shared(opener.open(sink, endpoint(sink)));
            open.put(sink, shared);
        }
        shared.leases++;
        return new Lease(sink, shared.pipeline);
    }

    /** The first pipeline whose thread has ended, in words for a log; empty if all work. */
    public Optional<String> stalled() {
        List<Map.Entry<Sink, Shared>> now;
        synchronized (this) {
            now = List.copyOf(open.entrySet());
        }
        return now.stream()
                .filter(sink -> !sink.getValue().pipeline.isWorking())
                .findFirst()
                .map(sink -> "the export to sink " + sink.getKey().name() + " has ended because of a failure");
    }

    private void release(Sink sink) {
        OtlpPipeline unused;
        synchronized (this) {
            Shared shared = open.get(sink);
            if (shared == null || --shared.leases > 0) {
                return;
            }
            open.remove(sink);
            unused = shared.pipeline;
        }
        unused.close();
    }

    static OtlpEndpoint endpoint(Sink sink) throws RefusedException {
        URI uri;
        try {
            uri = new URI(sink.endpoint());
        } catch (URISyntaxException e) {
            throw new RefusedException(
                    Reason.ExportFailed,
                    "sink " + sink.name() + ": its endpoint is not a URL: " + e.getMessage()
                            + "; correct the TraceSink");
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!(scheme.equals("http") || scheme.equals("https")) || uri.getHost() == null) {
            throw new RefusedException(
                    Reason.ExportFailed,
                    "sink " + sink.name() + ": its endpoint '" + sink.endpoint()
                            + "' is not an http or https URL with a host; correct the TraceSink");
        }
        return switch (sink.protocol()) {
            case "grpc" -> new OtlpEndpoint(uri, OtlpEndpoint.Protocol.GRPC);
            case "http/protobuf" -> new OtlpEndpoint(uri, OtlpEndpoint.Protocol.HTTP_PROTOBUF);
            default ->
                throw new RefusedException(
                        Reason.ExportFailed,
                        "sink " + sink.name() + ": protocol '" + sink.protocol()
                                + "' is neither grpc nor http/protobuf; correct the TraceSink");
        };
    }
}
