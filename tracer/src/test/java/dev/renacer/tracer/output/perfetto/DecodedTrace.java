// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.perfetto;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A trace file as a reader understands it: in the order of time, with names in the place of their numbers. */
final class DecodedTrace {
    /** One track event; {@code annotations} as text. */
    record Event(
            long time,
            int type,
            long track,
            String category,
            String name,
            Map<String, String> annotations,
            List<Long> flows,
            List<Long> endOfFlows,
            long value) {}

    final List<Event> events = new ArrayList<>();
    /** Tracks by number, as {@code pid name} or {@code pid/tid}. */
    final Map<Long, String> tracks = new TreeMap<>();

    final Map<Long, Long> clocks = new TreeMap<>();

    private final Map<Integer, Map<Long, String>> names = new HashMap<>();

    static DecodedTrace of(byte[] file) throws InvalidProtocolBufferException {
        DecodedTrace trace = new DecodedTrace();
        for (ByteString packet :
                UnknownFieldSet.parseFrom(file).getField(Fields.PACKET).getLengthDelimitedList()) {
            trace.read(UnknownFieldSet.parseFrom(packet));
        }
        trace.events.sort(Comparator.comparingLong(Event::time));
        return trace;
    }

    List<Event> ofType(int type) {
        return events.stream().filter(event -> event.type() == type).toList();
    }

    /** The first slice or instant of this name. */
    Event named(String name) {
        return events.stream()
                .filter(event -> event.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** The end of a slice: the first one on its track behind it. */
    Event endOf(Event slice) {
        return events.stream()
                .filter(event -> event.type() == Fields.Event.END
                        && event.track() == slice.track()
                        && event.time() >= slice.time())
                .findFirst()
                .orElseThrow();
    }

    private void read(UnknownFieldSet packet) throws InvalidProtocolBufferException {
        for (UnknownFieldSet interned : messages(packet, Fields.Packet.INTERNED_DATA)) {
            for (int kind : interned.asMap().keySet()) {
                for (UnknownFieldSet entry : messages(interned, kind)) {
                    names.computeIfAbsent(kind, _ -> new HashMap<>())
                            .put(number(entry, Fields.Interned.ID), text(entry, Fields.Interned.TEXT));
                }
            }
        }
        for (UnknownFieldSet snapshot : messages(packet, Fields.Packet.CLOCK_SNAPSHOT)) {
            for (UnknownFieldSet clock : messages(snapshot, Fields.Snapshot.CLOCKS)) {
                clocks.put(number(clock, Fields.Snapshot.CLOCK_ID), number(clock, Fields.Snapshot.CLOCK_TIME));
            }
        }
        for (UnknownFieldSet track : messages(packet, Fields.Packet.TRACK_DESCRIPTOR)) {
            long uuid = number(track, Fields.Track.UUID);
            tracks.put(uuid, text(track, Fields.Track.NAME));
            for (UnknownFieldSet process : messages(track, Fields.Track.PROCESS)) {
                tracks.put(
                        uuid,
                        number(process, Fields.Track.PROCESS_PID) + " " + text(process, Fields.Track.PROCESS_NAME));
            }
            for (UnknownFieldSet thread : messages(track, Fields.Track.THREAD)) {
                tracks.put(
                        uuid, number(thread, Fields.Track.THREAD_PID) + "/" + number(thread, Fields.Track.THREAD_TID));
            }
        }
        for (UnknownFieldSet event : messages(packet, Fields.Packet.TRACK_EVENT)) {
            read(number(packet, Fields.Packet.TIMESTAMP), event);
        }
    }

    private void read(long time, UnknownFieldSet event) throws InvalidProtocolBufferException {
        Map<String, String> annotations = new TreeMap<>();
        for (UnknownFieldSet annotation : messages(event, Fields.Event.ANNOTATION)) {
            List<String> elements = new ArrayList<>();
            for (UnknownFieldSet element : messages(annotation, Fields.Annotation.ARRAY)) {
                elements.add(text(element, Fields.Annotation.STRING));
            }
            String value = text(annotation, Fields.Annotation.STRING);
            long number = number(annotation, Fields.Annotation.INT) + number(annotation, Fields.Annotation.BOOL);
            annotations.put(
                    name(Fields.Interned.ANNOTATIONS, number(annotation, Fields.Annotation.NAME_ID)),
                    !elements.isEmpty() ? elements.toString() : value.isEmpty() ? Long.toString(number) : value);
        }
        String free = text(event, Fields.Event.NAME);
        events.add(new Event(
                time,
                (int) number(event, Fields.Event.TYPE),
                number(event, Fields.Event.TRACK),
                name(Fields.Interned.CATEGORIES, number(event, Fields.Event.CATEGORY)),
                free.isEmpty() ? name(Fields.Interned.NAMES, number(event, Fields.Event.NAME_ID)) : free,
                annotations,
                event.getField(Fields.Event.FLOW).getFixed64List(),
                event.getField(Fields.Event.TERMINATING_FLOW).getFixed64List(),
                number(event, Fields.Event.COUNTER_VALUE)));
    }

    private String name(int kind, long id) {
        return id == 0 ? "" : names.getOrDefault(kind, Map.of()).getOrDefault(id, "unknown name " + id);
    }

    private static List<UnknownFieldSet> messages(UnknownFieldSet message, int field)
            throws InvalidProtocolBufferException {
        List<UnknownFieldSet> all = new ArrayList<>();
        for (ByteString bytes : message.getField(field).getLengthDelimitedList()) {
            all.add(UnknownFieldSet.parseFrom(bytes));
        }
        return all;
    }

    private static long number(UnknownFieldSet message, int field) {
        List<Long> values = message.getField(field).getVarintList();
        return values.isEmpty() ? 0 : values.getLast();
    }

    private static String text(UnknownFieldSet message, int field) {
        List<ByteString> values = message.getField(field).getLengthDelimitedList();
        return values.isEmpty() ? "" : values.getLast().toString(StandardCharsets.UTF_8);
    }
}
