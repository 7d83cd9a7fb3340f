// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.source;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * From which lines of another language the lines of a generated file come. Debug information names the generated file; a person wrote
 * the other one.
 *
 * @param generated  the generated file: its name, or the end of its path
 * @param lines      what was written, by the line of the generated file
 * @param functions  names of functions as they were written, by their generated names, for lines that are not listed
 */
public record SourceMap(String generated, NavigableMap<Integer, SourceLocation> lines, Map<String, String> functions) {
    /**
     * What a person wrote there. For a line that is not listed it is that of the nearest line above it, as a statement may become
     * several lines.
     *
     * @return empty if the place is in another file, or in front of all that is listed
     */
    public Optional<SourceLocation> original(SourceLocation place) {
        if (!place.file().filter(this::isGenerated).isPresent()) {
            return Optional.empty();
        }
        Optional<String> named = place.function().map(functions::get);
        return Optional.ofNullable(lines.floorEntry(place.line()))
                .map(Map.Entry::getValue)
                .map(written -> new SourceLocation(
                        written.function().or(() -> named).or(place::function), written.file(), written.line()));
    }

    private boolean isGenerated(String file) {
        return file.equals(generated) || file.endsWith('/' + generated);
    }
}
