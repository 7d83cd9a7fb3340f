// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** {@code renacer}: traces programs on this machine. Never loads the Kubernetes client. */
@NullMarked
package dev.renacer.cli.local;

import org.jspecify.annotations.NullMarked;
