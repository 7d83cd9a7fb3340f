// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.BOOLEAN;
import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.DATE;
import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.INTEGER;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** What the agent of one node can do (cluster-scoped; named like the node). */
@Group(Renacer.GROUP)
@Version(Renacer.VERSION)
@Singular("tracenode")
@Plural("tracenodes")
@ShortNames("rnode")
@Categories("renacer")
@AdditionalPrinterColumn(name = "Agent", jsonPath = ".status.agentVersion")
@AdditionalPrinterColumn(name = "Ptrace", type = BOOLEAN, jsonPath = ".status.ptraceAllowed")
@AdditionalPrinterColumn(name = "Active", type = INTEGER, jsonPath = ".status.activeTraces")
@AdditionalPrinterColumn(name = "Kernel", jsonPath = ".status.kernelVersion", priority = 1)
@AdditionalPrinterColumn(name = "Message", jsonPath = ".status.ptraceMessage", priority = 1)
@AdditionalPrinterColumn(name = "Age", type = DATE, jsonPath = ".metadata.creationTimestamp")
public final class TraceNode extends CustomResource<TraceNodeSpec, TraceNodeStatus> {}
