// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.perfetto;

import dev.renacer.tracer.output.protobuf.ProtoMessage;

/** Writes track events: first {@link #begin}, then what belongs to it, then {@link #end}. Not thread-safe. */
final class EventWriter {
    private final PacketStream packets;
    private final Names names = new Names();
    private final ProtoMessage event = new ProtoMessage();
    private final ProtoMessage annotation = new ProtoMessage();
    private final ProtoMessage element = new ProtoMessage();

    EventWriter(PacketStream packets) {
        this.packets = packets;
    }

    /**
     * Begins an event.
     *
     * @param type  of TrackEvent.Type
     */
    EventWriter begin(int type, long track) {
        event.clear().number(Fields.Event.TYPE, type).number(Fields.Event.TRACK, track);
        return this;
    }

    /** Names it; both are among few. */
    EventWriter named(String category, String name) {
        event.number(Fields.Event.CATEGORY, names.of(Names.Kind.CATEGORY, category))
                .number(Fields.Event.NAME_ID, names.of(Names.Kind.EVENT, name));
        return this;
    }

    /** Names it by a text that may be different each time. */
    EventWriter namedFreely(String category, String name) {
        event.number(Fields.Event.CATEGORY, names.of(Names.Kind.CATEGORY, category))
                .text(Fields.Event.NAME, name);
        return this;
    }

    EventWriter value(long value) {
        event.number(Fields.Event.COUNTER_VALUE, value);
        return this;
    }

    /** A flow passes it on. */
    EventWriter flow(long flow) {
        event.fixed(Fields.Event.FLOW, flow);
        return this;
    }

    /** A flow ends here. */
    EventWriter endOfFlow(long flow) {
        event.fixed(Fields.Event.TERMINATING_FLOW, flow);
        return this;
    }

    EventWriter text(String name, String value) {
        return annotate(annotated(name).text(Fields.Annotation.STRING, value));
    }

    EventWriter number(String name, long value) {
        return annotate(annotated(name).number(Fields.Annotation.INT, value));
    }

    EventWriter flag(String name) {
        return annotate(annotated(name).number(Fields.Annotation.BOOL, 1));
    }

    EventWriter texts(String name, Iterable<String> values) {
        annotated(name);
        values.forEach(value ->
                annotation.message(Fields.Annotation.ARRAY, element.clear().text(Fields.Annotation.STRING, value)));
        return annotate(annotation);
    }

    /** Writes it. */
    void end(long epochNanos) {
        ProtoMessage packet = packets.begin().number(Fields.Packet.TIMESTAMP, epochNanos);
        names.into(packet);
        packet.message(Fields.Packet.TRACK_EVENT, event);
        packets.end(Fields.NEEDS_INCREMENTAL_STATE);
    }

    private ProtoMessage annotated(String name) {
        return annotation.clear().number(Fields.Annotation.NAME_ID, names.of(Names.Kind.ANNOTATION, name));
    }

    private EventWriter annotate(ProtoMessage whole) {
        event.message(Fields.Event.ANNOTATION, whole);
        return this;
    }
}
