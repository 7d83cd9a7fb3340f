// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.option;

import dev.renacer.crds.TraceRequestSpec.WorkloadRef;
import io.fabric8.kubernetes.api.model.LabelSelector;

/** Which pods a request is about, in the shapes its spec has. */
public sealed interface PodChoice {
    /** One pod. */
    record ByName(String podName) implements PodChoice {}

    /** All pods with these labels, also those that start later. */
    record BySelector(LabelSelector selector) implements PodChoice {}

    /** All pods of a workload, also those that start later. */
    record ByWorkload(WorkloadRef workload) implements PodChoice {}
}
