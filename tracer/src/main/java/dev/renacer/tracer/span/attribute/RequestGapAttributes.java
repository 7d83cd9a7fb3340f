// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.attribute;

import dev.renacer.tracer.http.RequestGap;
import io.opentelemetry.api.common.AttributeKey;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How many connections or requests of a process there were for which calls are not told: {@code renacer.} and the figure. */
public final class RequestGapAttributes {
    private static final Map<RequestGap, AttributeKey<Long>> KEYS = new EnumMap<>(Arrays.stream(RequestGap.values())
            .collect(Collectors.toMap(Function.identity(), gap -> AttributeKey.longKey("renacer." + gap.figure()))));

    private RequestGapAttributes() {}

    /** The name of the attribute that counts these. */
    public static AttributeKey<Long> of(RequestGap gap) {
        return Objects.requireNonNull(KEYS.get(gap));
    }
}
