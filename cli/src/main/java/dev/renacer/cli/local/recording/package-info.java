// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** The file of a recording, for {@code renacer record} and {@code renacer replay}. */
@NullMarked
package dev.renacer.cli.local.recording;

import org.jspecify.annotations.NullMarked;
