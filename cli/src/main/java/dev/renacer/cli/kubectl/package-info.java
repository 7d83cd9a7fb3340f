// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** {@code kubectl-renacer}: traces of a cluster's pods, asked for and followed through the Kubernetes API. */
@NullMarked
package dev.renacer.cli.kubectl;

import org.jspecify.annotations.NullMarked;
