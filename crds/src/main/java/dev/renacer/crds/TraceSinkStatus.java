// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** State of a sink; written by the operator. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TraceSinkStatus(@Nullable Long observedGeneration, @Nullable List<Condition> conditions) {}
