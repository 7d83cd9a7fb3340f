// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import io.opentelemetry.api.common.AttributeKey;
import java.util.Arrays;
import java.util.function.BiConsumer;

/**
 * What a span says of its call's arguments, as attributes: keys and values in turn. Made once, when the call is seen,
 * since what its descriptors are is only known then. Immutable.
 */
final class CallDetail {
    /** Two references and a number on the heap. */
    private static final int PAIR_BYTES = 32;

    private static final int STRING_BYTES = 48;

    private final Object[] pairs;

    /**
     * @param pairs  not copied
     */
    CallDetail(Object[] pairs) {
        this.pairs = pairs;
    }

    /** This and what has become known since. */
    CallDetail with(Object... more) {
        Object[] all = Arrays.copyOf(pairs, pairs.length + more.length);
        System.arraycopy(more, 0, all, pairs.length, more.length);
        return new CallDetail(all);
    }

    /** How much memory it takes, roughly. */
    int bytes() {
        int bytes = 0;
        for (int index = 1; index < pairs.length; index += 2) {
            bytes += PAIR_BYTES + (pairs[index] instanceof String text ? STRING_BYTES + text.length() : 0);
        }
        return bytes;
    }

    int count() {
        return pairs.length / 2;
    }

    void forEach(BiConsumer<? super AttributeKey<?>, ? super Object> consumer) {
        for (int index = 0; index < pairs.length; index += 2) {
            consumer.accept((AttributeKey<?>) pairs[index], pairs[index + 1]);
        }
    }
}
