// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.redact;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.Optional;

/** A pattern that is compiled when it is first needed: most of them never are. For any thread. */
final class LazyPattern {
    private final String text;
    private volatile Optional<Pattern> pattern = Optional.empty();

    LazyPattern(String text) {
        this.text = text;
    }

    /** A matcher of this text. */
    Matcher matcher(String of) {
        return compiled().matcher(of);
    }

    private Pattern compiled() {
        Pattern known = pattern.orElseGet(() -> Pattern.compile(text));
        pattern = Optional.of(known);
        return known;
    }
}
