// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.DATE;
import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.INTEGER;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** A user's request to see the system calls of pods in its namespace. */
@Group(Renacer.GROUP)
@Version(Renacer.VERSION)
@Singular("tracerequest")
@Plural("tracerequests")
@ShortNames("rtr")
@Categories("renacer")
@AdditionalPrinterColumn(
        name = "State",
        jsonPath = ".status.conditions[?(@.type==\"Tracing\")].reason",
        getDescription = "Reason of the condition Tracing.")
@AdditionalPrinterColumn(
        name = "Result",
        jsonPath = ".status.conditions[?(@.type==\"Succeeded\")].reason",
        getDescription = "Reason of the condition Succeeded: InProgress while the trace continues.")
@AdditionalPrinterColumn(name = "Nodes", type = INTEGER, jsonPath = ".status.nodes")
@AdditionalPrinterColumn(name = "Spans", type = INTEGER, jsonPath = ".status.totals.spans")
@AdditionalPrinterColumn(name = "Lost", type = INTEGER, jsonPath = ".status.totals.lost")
@AdditionalPrinterColumn(name = "Targets", type = INTEGER, jsonPath = ".status.totals.targets", priority = 1)
@AdditionalPrinterColumn(name = "Slowdown%", type = INTEGER, jsonPath = ".status.totals.slowdownPercent", priority = 1)
@AdditionalPrinterColumn(name = "RequestedBy", jsonPath = ".spec.requestedBy", priority = 1)
@AdditionalPrinterColumn(name = "Deadline", jsonPath = ".status.deadline", priority = 1)
@AdditionalPrinterColumn(
        name = "Message",
        jsonPath = ".status.conditions[?(@.type==\"Tracing\")].message",
        priority = 1,
        getDescription = "Message of the condition Tracing.")
@AdditionalPrinterColumn(name = "Age", type = DATE, jsonPath = ".metadata.creationTimestamp")
public final class TraceRequest extends CustomResource<TraceRequestSpec, TraceRequestStatus> implements Namespaced {}
