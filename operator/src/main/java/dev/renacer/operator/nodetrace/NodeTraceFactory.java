// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.nodetrace;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceSpec;
import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.NodeTraceSpec.Sink;
import dev.renacer.crds.Renacer;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestSpec;
import dev.renacer.crds.admin.TraceSink;
import dev.renacer.operator.plan.ArgumentDetail;
import dev.renacer.operator.plan.EffectivePolicy;
import dev.renacer.operator.plan.SlowdownBound;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Creates the NodeTrace of a request on one node. A pure function. */
public final class NodeTraceFactory {
    private static final int LONGEST_NAME = 253;
    private static final int HASH_BYTES = 5;

    private NodeTraceFactory() {}

    /**
     * What is the same on every node.
     *
     * @param notAfter  when tracing ends at the latest
     * @param bound     the slowdown bound
     * @param arguments what spans say of arguments
     * @param redact    what is replaced in them
     * @param stacks    whether a look shows stacks and source lines
     * @param looks     whether a status may say what containers do
     */
    public record Terms(
            Instant notAfter,
            Sink sink,
            Optional<SlowdownBound> bound,
            ArgumentDetail arguments,
            List<String> redact,
            boolean stacks,
            boolean looks) {}

    /** The NodeTrace of this request on this node. */
    public static NodeTrace of(TraceRequest request, String nodeName, NodeTargets targets, Terms terms) {
        TraceRequestSpec spec = request.getSpec();
        NodeTrace trace = new NodeTrace();
        trace.setMetadata(new ObjectMetaBuilder()
                .withName(name(request, nodeName))
                .withNamespace(request.getMetadata().getNamespace())
                .addToLabels(Renacer.REQUEST_UID_LABEL, request.getMetadata().getUid())
                .addToOwnerReferences(new OwnerReferenceBuilder()
                        .withApiVersion(request.getApiVersion())
                        .withKind(request.getKind())
                        .withName(request.getMetadata().getName())
                        .withUid(request.getMetadata().getUid())
                        .withController(true)
                        .build())
                .build());
        trace.setSpec(new NodeTraceSpec(
                nodeName,
                request.getMetadata().getName(),
                request.getMetadata().getUid(),
                targets.targets(),
                targets.awaited().isEmpty() ? null : targets.awaited(),
                terms.notAfter().toString(),
                profile(spec, terms),
                terms.sink(),
                spec.requestedBy(),
                spec.justification(),
                null));
        return trace;
    }

    /** What a NodeTrace says about a sink; the port determines the protocol if the sink names none. */
    public static Sink sink(TraceSink sink) {
        String endpoint = sink.getSpec().endpoint();
        String protocol = sink.getSpec().protocol();
        if (protocol == null) {
            // 4318 is the registered port of OTLP over HTTP.
            protocol = URI.create(endpoint).getPort() == 4318 ? "http/protobuf" : "grpc";
        }
        return new Sink(
                sink.getMetadata().getName(),
                endpoint,
                protocol,
                sink.getSpec().credentials(),
                sink.getSpec().metrics());
    }

    private static Profile profile(TraceRequestSpec spec, Terms terms) {
        return new Profile(
                spec.syscalls(),
                spec.process(),
                spec.onlyErrors(),
                spec.minDurationMicros(),
                Objects.requireNonNullElse(spec.maxSpansPerSecond(), TraceRequestSpec.DEFAULT_MAX_SPANS_PER_SECOND),
                terms.bound().map(SlowdownBound::percent).orElse(null),
                terms.bound().map(SlowdownBound::onExceeded).orElse(null),
                EffectivePolicy.asksForColocation(spec) ? true : null,
                (Boolean.TRUE.equals(spec.sourceLocations()) || terms.stacks()) ? true : null,
                Profile.ALL_ERRORS.equals(spec.errorStatus()) ? Profile.ALL_ERRORS : null,
                terms.arguments() == ArgumentDetail.NONE
                        ? null
                        : terms.arguments().value(),
                terms.arguments() == ArgumentDetail.NONE || terms.redact().isEmpty() ? null : terms.redact(),
                spec.paths(),
                spec.peers(),
                TraceRequestSpec.ALL_CALLS.equals(spec.volume()) ? null : Profile.READABLE,
                spec.isLook() ? TraceRequestSpec.LOOK : null,
                spec.traceParent(),
                TraceRequestSpec.KEEP_UNSAMPLED.equals(spec.unsampled()) ? TraceRequestSpec.KEEP_UNSAMPLED : null,
                spec.sampling(),
                terms.looks() ? null : Profile.NAMES_OF_CALLS);
    }

    /**
     * {@code <request>-<hash>}: different from any other node's, and from those of an earlier request with the same
     * name.
     */
    public static String name(TraceRequest request, String nodeName) {
        String suffix = "-" + hash(request.getMetadata().getUid() + "/" + nodeName);
        String prefix = request.getMetadata().getName();
        int room = LONGEST_NAME - suffix.length();
        return (prefix.length() > room ? prefix.substring(0, room) : prefix) + suffix;
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
