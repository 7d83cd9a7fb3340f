// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.perfetto;

import dev.renacer.tracer.output.protobuf.ProtoMessage;
import java.util.HashMap;
import java.util.Map;

/**
 * Names that are written once and then meant by their numbers. There are as many as there are kinds of calls and events.
 * Not thread-safe.
 */
final class Names {
    /** What they are names of, by the field of InternedData. */
    enum Kind {
        CATEGORY(Fields.Interned.CATEGORIES),
        EVENT(Fields.Interned.NAMES),
        ANNOTATION(Fields.Interned.ANNOTATIONS);

        private final int field;

        Kind(int field) {
            this.field = field;
        }
    }

    private final Map<Kind, Map<String, Long>> known = new HashMap<>();
    private final ProtoMessage fresh = new ProtoMessage();
    private final ProtoMessage entry = new ProtoMessage();

    /** The number of a name, from 1; one that is new goes into the packet that is written next. */
    long of(Kind kind, String name) {
        Map<String, Long> ofKind = known.computeIfAbsent(kind, _ -> new HashMap<>());
        Long number = ofKind.get(name);
        if (number == null) {
            number = ofKind.size() + 1L;
            ofKind.put(name, number);
            fresh.message(
                    kind.field, entry.clear().number(Fields.Interned.ID, number).text(Fields.Interned.TEXT, name));
        }
        return number;
    }

    /** Puts those that are new into a packet. */
    void into(ProtoMessage packet) {
        if (fresh.size() > 0) {
            packet.message(Fields.Packet.INTERNED_DATA, fresh);
            fresh.clear();
        }
    }
}
