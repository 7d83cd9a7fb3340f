// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/** Nothing is asked of a node yet; the object tells what its agent can do. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record TraceNodeSpec() {}
