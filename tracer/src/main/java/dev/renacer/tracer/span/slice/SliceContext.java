// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.slice;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;

/**
 * What all calls of one slice have in common: their parent and where they come from. The exporter groups spans by the
 * identity of resource and scope, so both are one instance per target.
 *
 * @param source  how the trace of the root is known
 */
public record SliceContext(SpanContext root, Resource resource, InstrumentationScopeInfo scope, ParentSource source) {
    /** The same of a process of which more is known. */
    @SuppressWarnings("ReferenceEquality") // an equal one would be another group for the exporter
    SliceContext of(Resource other) {
        return other == resource ? this : new SliceContext(root, other, scope, source);
    }
}
