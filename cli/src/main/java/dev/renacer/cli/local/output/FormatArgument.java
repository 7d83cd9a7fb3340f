// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.output;

import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The argument of --format: {@code FORMAT} or {@code FORMAT=FILE}.
 *
 * @param file  as -o has it; empty: where -o says
 */
record FormatArgument(Format format, Optional<String> file) {
    /** Reads it. */
    static final class Converter implements ITypeConverter<FormatArgument> {
        @Override
        public FormatArgument convert(String text) {
            int sign = text.indexOf('=');
            String name = sign < 0 ? text : text.substring(0, sign);
            Format format = Format.named(name)
                    .orElseThrow(() ->
                            new TypeConversionException("'" + name + "' is no format; there are " + Format.names()));
            Optional<String> file = sign < 0 ? Optional.empty() : Optional.of(text.substring(sign + 1));
            if (file.filter(String::isEmpty).isPresent()) {
                throw new TypeConversionException("'" + text + "' names no file; write " + format + "=FILE");
            }
            return new FormatArgument(format, file);
        }
    }
}
