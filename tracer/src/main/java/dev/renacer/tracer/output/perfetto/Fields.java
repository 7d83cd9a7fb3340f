// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.perfetto;

/** Numbers of fields and values of perfetto_trace.proto (protos/perfetto/trace of github.com/google/perfetto, v59). */
final class Fields {
    static final class Packet {
        static final int CLOCK_SNAPSHOT = 6;
        static final int TIMESTAMP = 8;
        static final int SEQUENCE_ID = 10;
        static final int TRACK_EVENT = 11;
        static final int INTERNED_DATA = 12;
        static final int SEQUENCE_FLAGS = 13;
        static final int DEFAULTS = 59;
        static final int TRACK_DESCRIPTOR = 60;

        private Packet() {}
    }

    /** Of a trace: its packets. */
    static final int PACKET = 1;

    /** Values of TracePacket.SequenceFlags. */
    static final int INCREMENTAL_STATE_CLEARED = 1;

    static final int NEEDS_INCREMENTAL_STATE = 2;

    /** Of TracePacketDefaults. */
    static final int DEFAULT_CLOCK = 58;

    /** Values of BuiltinClock. */
    static final int REALTIME = 1;

    static final int MONOTONIC = 3;

    static final int BOOTTIME = 6;

    static final class Snapshot {
        static final int CLOCKS = 1;
        static final int PRIMARY = 2;
        static final int CLOCK_ID = 1;
        static final int CLOCK_TIME = 2;

        private Snapshot() {}
    }

    static final class Track {
        static final int UUID = 1;
        static final int NAME = 2;
        static final int PROCESS = 3;
        static final int THREAD = 4;
        static final int COUNTER = 8;
        static final int DESCRIPTION = 14;
        static final int PROCESS_PID = 1;
        static final int PROCESS_COMMAND = 2;
        static final int PROCESS_NAME = 6;
        static final int THREAD_PID = 1;
        static final int THREAD_TID = 2;
        static final int COUNTER_UNIT = 3;
        /** Value of CounterDescriptor.Unit. */
        static final int UNIT_COUNT = 2;

        private Track() {}
    }

    static final class Event {
        static final int CATEGORY = 3;
        static final int ANNOTATION = 4;
        static final int TYPE = 9;
        static final int NAME_ID = 10;
        static final int TRACK = 11;
        static final int NAME = 23;
        static final int COUNTER_VALUE = 30;
        static final int FLOW = 47;
        static final int TERMINATING_FLOW = 48;
        /** Values of TrackEvent.Type. */
        static final int BEGIN = 1;

        static final int END = 2;
        static final int INSTANT = 3;
        static final int COUNTER = 4;

        private Event() {}
    }

    static final class Annotation {
        static final int NAME_ID = 1;
        static final int BOOL = 2;
        static final int INT = 4;
        static final int STRING = 6;
        static final int ARRAY = 12;

        private Annotation() {}
    }

    static final class Interned {
        static final int CATEGORIES = 1;
        static final int NAMES = 2;
        static final int ANNOTATIONS = 3;
        static final int ID = 1;
        static final int TEXT = 2;

        private Interned() {}
    }

    private Fields() {}
}
