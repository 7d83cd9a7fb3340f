// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Writes what requests of ioctl(2) take: terminals, network interfaces, files, devices. */
@NullMarked
package dev.renacer.tracer.output.struct.device;

import org.jspecify.annotations.NullMarked;
