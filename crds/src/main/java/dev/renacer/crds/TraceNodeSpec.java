// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/** A node has no settings yet; the object says what its agent can do. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record TraceNodeSpec() {}
