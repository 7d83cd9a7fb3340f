// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.renacer.capture.PrintableText;
import dev.renacer.cli.CommandFailure;
import dev.renacer.tracer.source.SourceLocation;
import dev.renacer.tracer.source.SourceMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Reads a source map: one as ECMA-426 has it (version 3, what compilers to JavaScript write), or a list of lines as transpilers to Rust
 * write it ({@code mappings} with {@code rust_line} and {@code python_line}).
 */
final class SourceMapFile {
    private static final int LARGEST_BYTES = 64 << 20;
    private static final String DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private final String name;

    private SourceMapFile(String name) {
        this.name = PrintableText.shortLine(name);
    }

    /** @throws CommandFailure if it cannot be read, or is no such map */
    static SourceMap read(String file) {
        return new SourceMapFile(file).parsed(file);
    }

    private SourceMap parsed(String file) {
        try {
            Path path = Path.of(file);
            if (Files.size(path) > LARGEST_BYTES) {
                throw unusable("is larger than " + (LARGEST_BYTES >> 20) + " MiB");
            }
            JsonNode map = new ObjectMapper().readTree(Files.readAllBytes(path));
            return map.path("mappings").isTextual() ? ofVersion3(map, path) : ofLines(map);
        } catch (JacksonException _) {
            throw unusable("is not JSON");
        } catch (IOException | InvalidPathException e) {
            throw CommandFailure.usage("--transpiler-map: cannot read '" + name + "': give the path of a source map");
        }
    }

    private CommandFailure unusable(String why) {
        return CommandFailure.usage("--transpiler-map: '" + name + "' " + why
                + "; it takes a source map of version 3, or {\"source_file\", \"generated_file\", \"mappings\":"
                + " [{\"rust_line\", \"python_line\", …}]}");
    }

    // ---- a list of lines

    private SourceMap ofLines(JsonNode map) {
        String source = text(map, "source_file").orElseThrow(() -> unusable("has no source_file"));
        String generated = text(map, "generated_file").orElseThrow(() -> unusable("has no generated_file"));
        if (!map.path("mappings").isArray()) {
            throw unusable("has no mappings");
        }
        NavigableMap<Integer, SourceLocation> lines = new TreeMap<>();
        for (JsonNode mapping : map.path("mappings")) {
            int generatedLine = mapping.path("rust_line").asInt();
            int line = mapping.path("python_line").asInt();
            if (generatedLine < 1 || line < 1) {
                throw unusable("has a mapping without rust_line and python_line");
            }
            lines.put(generatedLine, new SourceLocation(text(mapping, "python_function"), Optional.of(source), line));
        }
        Map<String, String> functions = new HashMap<>();
        map.path("function_map")
                .properties()
                .forEach(entry -> functions.put(entry.getKey(), printable(entry.getValue())));
        return new SourceMap(generated, lines, functions);
    }

    // ---- version 3

    private SourceMap ofVersion3(JsonNode map, Path path) {
        if (map.path("version").asInt() != 3) {
            throw unusable("has a version other than 3");
        }
        String own = path.getFileName().toString().replaceFirst("\\.map$", "");
        NavigableMap<Integer, SourceLocation> lines = new TreeMap<>();
        Position position = new Position();
        String[] groups = map.path("mappings").asText().split(";", -1);
        for (int i = 0; i < groups.length; i++) {
            for (String segment : groups[i].split(",", -1)) {
                if (position.moveBy(segment)) {
                    SourceLocation written = written(map, position);
                    lines.putIfAbsent(i + 1, written); // the column is not known; the first segment begins the line
                }
            }
        }
        return new SourceMap(text(map, "file").orElse(own), lines, Map.of());
    }

    private SourceLocation written(JsonNode map, Position position) {
        JsonNode source = map.path("sources").path(position.source);
        if (!source.isTextual() || position.line < 0) {
            throw unusable("refers to a source that it does not list");
        }
        String root = text(map, "sourceRoot")
                .map(folder -> folder.endsWith("/") ? folder : folder + '/')
                .orElse("");
        Optional<String> function = position.named ? text(map.path("names").path(position.name)) : Optional.empty();
        return new SourceLocation(function, Optional.of(root + printable(source)), position.line + 1);
    }

    /** Where the segments have come to: each of its fields is relative to the one before. */
    private final class Position {
        private int source;
        private int line;
        private int name;
        private boolean named;

        /** Whether the segment has a source. */
        boolean moveBy(String segment) {
            int[] fields = new int[5];
            int count = 0;
            int at = 0;
            while (at < segment.length()) {
                int value = 0;
                int shift = 0;
                int digit;
                do {
                    digit = at < segment.length() ? DIGITS.indexOf(segment.charAt(at++)) : -1;
                    if (digit < 0 || shift > 30 || count == fields.length) {
                        throw unusable("has mappings that are no Base64 VLQ");
                    }
                    value |= (digit & 31) << shift;
                    shift += 5;
                } while ((digit & 32) != 0);
                fields[count++] = (value & 1) == 0 ? value >>> 1 : -(value >>> 1);
            }
            source += fields[1];
            line += fields[2];
            name += fields[4];
            named = count > 4;
            return count > 3;
        }
    }

    private static Optional<String> text(JsonNode object, String field) {
        return text(object.path(field));
    }

    private static Optional<String> text(JsonNode value) {
        return Optional.of(value)
                .filter(JsonNode::isTextual)
                .map(SourceMapFile::printable)
                .filter(Predicate.not(String::isEmpty));
    }

    private static String printable(JsonNode value) {
        return PrintableText.shortLine(value.asText());
    }
}
