// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Writes netlink messages (netlink(7)) by the heads and attributes that netlink.tsv lists. */
@NullMarked
package dev.renacer.tracer.output.struct.netlink;

import org.jspecify.annotations.NullMarked;
