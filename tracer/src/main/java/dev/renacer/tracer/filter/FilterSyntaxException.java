// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.filter;

/** A filter that cannot be understood. The message names the item and says what would be right, in one line. */
public final class FilterSyntaxException extends Exception {
    FilterSyntaxException(String message) {
        super(message);
    }
}
