// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** The whole product against a real cluster: real pods, a real API server, the real operator and agent. */
@NullMarked
package dev.renacer.quickstart.cluster;

import org.jspecify.annotations.NullMarked;
