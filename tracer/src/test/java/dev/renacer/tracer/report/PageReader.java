// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.report;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.InflaterInputStream;

/** Reads a page back, as its script does: the sections of all blocks, one behind the other. */
record PageReader(List<Map<Section, byte[]>> blocks, List<String> facts, List<String> notes) {
    private static final Pattern DATA = Pattern.compile(
            "<script type=\"application/octet-stream\" class=\"(facts|block|end)\"[^>]*>([A-Za-z0-9+/=]*)</script>");

    static PageReader of(String page) {
        PageReader read = new PageReader(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        Matcher data = DATA.matcher(page);
        while (data.find()) {
            byte[] bytes = Base64.getDecoder().decode(data.group(2));
            switch (data.group(1)) {
                case "facts" -> read.facts.addAll(lines(bytes));
                case "end" -> read.notes.addAll(lines(bytes));
                default -> read.blocks.add(sections(bytes));
            }
        }
        return read;
    }

    List<String> texts(Section section) {
        return blocks.stream()
                .flatMap(block -> lines(block.getOrDefault(section, new byte[0])).stream())
                .toList();
    }

    List<Long> numbers(Section section) {
        List<Long> numbers = new ArrayList<>();
        for (Map<Section, byte[]> block : blocks) {
            long number = 0;
            int shift = 0;
            for (byte part : block.getOrDefault(section, new byte[0])) {
                number |= (part & 0x7fL) << shift;
                shift += 7;
                if (part >= 0) {
                    numbers.add(number);
                    number = 0;
                    shift = 0;
                }
            }
        }
        return numbers;
    }

    private static List<String> lines(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8).lines().toList();
    }

    private static Map<Section, byte[]> sections(byte[] packed) {
        try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(packed))) {
            ByteBuffer whole = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
            Map<Section, byte[]> sections = new EnumMap<>(Section.class);
            for (Section section : Section.values()) {
                byte[] bytes = new byte[whole.getInt()];
                whole.get(bytes);
                sections.put(section, bytes);
            }
            return sections;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
