// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds.admin;

import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.BOOLEAN;
import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.DATE;
import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.INTEGER;

import dev.renacer.crds.Renacer;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** What requests of some namespaces may ask for (cluster-scoped). */
@Group(Renacer.GROUP)
@Version(Renacer.VERSION)
@Singular("tracepolicy")
@Plural("tracepolicies")
@ShortNames("rpol")
@Categories("renacer")
@AdditionalPrinterColumn(name = "MaxSeconds", type = INTEGER, jsonPath = ".spec.limits.maxDurationSeconds")
@AdditionalPrinterColumn(name = "PerNamespace", type = INTEGER, jsonPath = ".spec.limits.maxRequestsPerNamespace")
@AdditionalPrinterColumn(name = "PerNode", type = INTEGER, jsonPath = ".spec.limits.maxRequestsPerNode")
@AdditionalPrinterColumn(name = "Justification", type = BOOLEAN, jsonPath = ".spec.requireJustification")
@AdditionalPrinterColumn(name = "Age", type = DATE, jsonPath = ".metadata.creationTimestamp")
public final class TracePolicy extends CustomResource<TracePolicySpec, Void> {}
