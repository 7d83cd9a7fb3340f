// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Protocols and addresses of sockets. */
@NullMarked
package dev.renacer.tracer.descriptor.address;

import org.jspecify.annotations.NullMarked;
