// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Spans on their way to a collector: bounded queues that count losses per target, and OTLP over gRPC and HTTP. */
@NullMarked
package dev.renacer.tracer.export;

import org.jspecify.annotations.NullMarked;
