// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** A trace as a profile: profile.proto, which go tool pprof and others read. */
@NullMarked
package dev.renacer.tracer.output.pprof;

import org.jspecify.annotations.NullMarked;
