// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.pprof;

import dev.renacer.tracer.output.protobuf.ProtoMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * Writes a profile, compressed. Field numbers are those of proto/profile.proto of github.com/google/pprof. Not
 * thread-safe.
 */
final class ProfileWriter {
    private static final int SAMPLE_TYPE = 1;
    private static final int SAMPLE = 2;
    private static final int LOCATION = 4;
    private static final int FUNCTION = 5;
    private static final int STRING = 6;
    private static final int TIME_NANOS = 9;
    private static final int DURATION_NANOS = 10;
    private static final int COMMENT = 13;
    private static final int DEFAULT_SAMPLE_TYPE = 14;

    private static final class SampleField {
        static final int LOCATION_ID = 1;
        static final int VALUE = 2;
        static final int LABEL = 3;
        static final int LABEL_KEY = 1;
        static final int LABEL_TEXT = 2;
        static final int LABEL_NUMBER = 3;

        private SampleField() {}
    }

    private static final class PlaceField {
        static final int ID = 1;
        static final int LINE = 4;
        static final int LINE_FUNCTION = 1;
        static final int LINE_NUMBER = 2;
        static final int FUNCTION_NAME = 2;
        static final int FUNCTION_SYSTEM_NAME = 3;
        static final int FUNCTION_FILE = 4;

        private PlaceField() {}
    }

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final GZIPOutputStream zip;
    private final Map<String, Long> strings = new HashMap<>();
    private final Map<Sample.Place, Long> locations = new HashMap<>();
    private final ProtoMessage profile = new ProtoMessage();
    private final ProtoMessage message = new ProtoMessage();
    private final ProtoMessage part = new ProtoMessage();
    /** Strings are written while other messages are being made. */
    private final ProtoMessage strung = new ProtoMessage();

    ProfileWriter() {
        try {
            zip = new GZIPOutputStream(bytes);
        } catch (IOException e) { // there is memory below it
            throw new UncheckedIOException(e);
        }
        string("");
        type("syscalls", "count");
        type("time", "nanoseconds");
        type("errors", "count");
        field(profile.clear().number(DEFAULT_SAMPLE_TYPE, string("time")));
    }

    private void type(String type, String unit) {
        message.clear().number(1, string(type)).number(2, string(unit));
        field(profile.clear().message(SAMPLE_TYPE, message));
    }

    /** Writes a sample: the call is the leaf, the process the root, and what is known of the stack lies between. */
    void sample(Sample sample, PprofOutput.Totals totals) {
        long leaf = location(new Sample.Place(sample.syscall(), "", 0));
        long[] between = sample.places().stream().mapToLong(this::location).toArray();
        long root = location(new Sample.Place("process " + sample.process(), "", 0));
        message.clear().number(SampleField.LOCATION_ID, leaf);
        for (long place : between) {
            message.number(SampleField.LOCATION_ID, place);
        }
        message.number(SampleField.LOCATION_ID, root)
                .number(SampleField.VALUE, totals.calls())
                .number(SampleField.VALUE, totals.nanos())
                .number(SampleField.VALUE, totals.errors());
        label("syscall", sample.syscall());
        sample.errnoName().ifPresent(name -> label("errno", name));
        label("process", sample.process());
        if (sample.pid() != 0) {
            label("pid", sample.pid());
            label("thread", sample.tid());
        }
        field(profile.clear().message(SAMPLE, message));
    }

    /** When the first call began, in nanoseconds since the epoch, and how long it took until the last one ended. */
    void span(long epochNanos, long nanos) {
        field(profile.clear().number(TIME_NANOS, epochNanos).number(DURATION_NANOS, nanos));
    }

    /** What a reader should know. */
    void comment(String text) {
        field(profile.clear().number(COMMENT, string(text)));
    }

    /** The whole profile. */
    byte[] end() {
        try {
            zip.close();
            return bytes.toByteArray();
        } catch (IOException e) { // there is memory below it
            throw new UncheckedIOException(e);
        }
    }

    private void label(String key, String value) {
        part.clear().number(SampleField.LABEL_KEY, string(key)).number(SampleField.LABEL_TEXT, string(value));
        message.message(SampleField.LABEL, part);
    }

    private void label(String key, long value) {
        part.clear().number(SampleField.LABEL_KEY, string(key)).number(SampleField.LABEL_NUMBER, value);
        message.message(SampleField.LABEL, part);
    }

    /** A place is a location with one function, both of the same number. */
    private long location(Sample.Place place) {
        Long known = locations.get(place);
        if (known != null) {
            return known;
        }
        long id = locations.size() + 1L;
        locations.put(place, id);
        part.clear()
                .number(PlaceField.ID, id)
                .number(PlaceField.FUNCTION_NAME, string(place.function()))
                .number(PlaceField.FUNCTION_SYSTEM_NAME, string(place.function()))
                .number(PlaceField.FUNCTION_FILE, string(place.file()));
        field(profile.clear().message(FUNCTION, part));
        ProtoMessage line =
                new ProtoMessage().number(PlaceField.LINE_FUNCTION, id).number(PlaceField.LINE_NUMBER, place.line());
        part.clear().number(PlaceField.ID, id).message(PlaceField.LINE, line);
        field(profile.clear().message(LOCATION, part));
        return id;
    }

    /** Its number in the table of strings, of which the first is empty. */
    private long string(String text) {
        Long known = strings.get(text);
        if (known != null) {
            return known;
        }
        long number = strings.size();
        strings.put(text, number);
        strung.clear().text(STRING, text);
        field(strung);
        return number;
    }

    private void field(ProtoMessage fields) {
        try {
            fields.writeTo(zip);
        } catch (IOException e) { // there is memory below it
            throw new UncheckedIOException(e);
        }
    }
}
