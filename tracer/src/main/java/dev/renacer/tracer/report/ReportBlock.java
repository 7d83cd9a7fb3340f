// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.report;

import dev.renacer.tracer.report.page.PackedData;
import java.util.EnumMap;
import java.util.Map;

/**
 * A number of calls and events with all the names that they bring, by {@link Section}. A page whose writer was killed is readable
 * up to its last block. For one thread.
 */
final class ReportBlock implements AutoCloseable {
    /** As much as a block may hold before it is written: of rows, and of bytes before compression. */
    private static final int MOST_ROWS = 1 << 16;

    private static final int MOST_BYTES = 6 << 20;

    private final Map<Section, ByteColumn> sections = new EnumMap<>(Section.class);
    private final ByteColumn whole = new ByteColumn();
    private final PackedData data;
    private int calls;
    private int events;
    private int bytes;

    /**
     * @param level  of compression, 1 (fast) to 9 (small)
     */
    ReportBlock(int level) {
        data = new PackedData(level);
        for (Section section : Section.values()) {
            sections.put(section, new ByteColumn());
        }
    }

    ByteColumn section(Section section) {
        ByteColumn column = sections.get(section);
        if (column == null) {
            throw new IllegalStateException("no section " + section);
        }
        return column;
    }

    /** Whether it has rows. */
    boolean isEmpty() {
        return calls + events == 0;
    }

    /** Whether it should be written. */
    boolean isFull() {
        return calls + events >= MOST_ROWS || bytes >= MOST_BYTES;
    }

    /** How many calls it has. */
    int calls() {
        return calls;
    }

    /** The row of a call is complete. */
    void call() {
        calls++;
    }

    /** The row of another event is complete. */
    void event() {
        events++;
    }

    /** So many bytes of text have come. */
    void more(int textBytes) {
        bytes += textBytes;
    }

    /** All of it in zlib's format, as base64; it is empty afterwards. */
    String packed() {
        whole.clear();
        for (Section section : Section.values()) {
            whole.section(section(section));
            section(section).clear();
        }
        calls = 0;
        events = 0;
        bytes = 0;
        return data.of(whole.content());
    }

    @Override
    public void close() {
        data.close();
    }
}
