// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** What the API server answers and is sent, whoever asks: refusals, patches, objects that cannot be read whole. Knows nothing of requests. */
@NullMarked
package dev.renacer.operator.kube;

import org.jspecify.annotations.NullMarked;
