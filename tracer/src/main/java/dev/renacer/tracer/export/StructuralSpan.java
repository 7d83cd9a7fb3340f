// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import io.opentelemetry.sdk.trace.data.SpanData;

/**
 * A span that has children. A rate limit never drops it, since its children would be orphans, and a full queue keeps
 * some room for it.
 */
public interface StructuralSpan extends SpanData {}
