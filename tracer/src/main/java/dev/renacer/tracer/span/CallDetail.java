// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import dev.renacer.tracer.export.encoding.AttributeWriter;
import io.opentelemetry.api.common.AttributeKey;
import java.util.Arrays;

/**
 * What a span says of its call's arguments, as attributes: keys and values in turn. Made once, when the call is seen,
 * since what its descriptors are is only known then. Immutable, but for the one that {@link CallDetails} fills again and again.
 */
final class CallDetail {
    private final Object[] pairs;
    private int end;

    /**
     * @param pairs  not copied
     */
    CallDetail(Object[] pairs) {
        this.pairs = pairs;
        this.end = pairs.length;
    }

    /** Of the array it was made with, only so much counts. */
    void end(int length) {
        end = length;
    }

    /** This and what has become known since. */
    CallDetail with(Object... more) {
        Object[] all = Arrays.copyOf(pairs, end + more.length);
        System.arraycopy(more, 0, all, end, more.length);
        return new CallDetail(all);
    }

    int count() {
        return end / 2;
    }

    // Each key is put with a value of its own type. As a switch, finding that would cost more than the writing.
    @SuppressWarnings({"unchecked", "IfChainToSwitch"})
    void write(AttributeWriter out) {
        for (int index = 0; index < end; index += 2) {
            if (pairs[index + 1] instanceof String text) {
                out.text((AttributeKey<String>) pairs[index], text);
            } else if (pairs[index + 1] instanceof Long number) {
                out.number((AttributeKey<Long>) pairs[index], number);
            } else if (pairs[index + 1] instanceof StringBuilder text) {
                out.text((AttributeKey<String>) pairs[index], text);
            } else if (pairs[index + 1] instanceof Double number) {
                out.real((AttributeKey<Double>) pairs[index], number);
            } else {
                throw new IllegalStateException("an attribute of a type that no call has: " + pairs[index]);
            }
        }
    }
}
