// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** How every program of Renacer finds its API server and proves who it is. Knows nothing of ours. */
@NullMarked
package dev.renacer.kubeconfig;

import org.jspecify.annotations.NullMarked;
