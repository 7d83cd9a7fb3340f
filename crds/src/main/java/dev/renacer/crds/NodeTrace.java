// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.DATE;
import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.INTEGER;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalSelectableField;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Objects;

/** One node's share of a trace request; made by the operator, carried out by the node's agent. */
@Group(Renacer.GROUP)
@Version(Renacer.VERSION)
@Singular("nodetrace")
@Plural("nodetraces")
@ShortNames("rnt")
@Categories("renacer-internal")
@AdditionalSelectableField(jsonPath = ".spec.nodeName")
@AdditionalPrinterColumn(name = "Node", jsonPath = ".spec.nodeName")
@AdditionalPrinterColumn(name = "Request", jsonPath = ".spec.requestName")
@AdditionalPrinterColumn(name = "Phase", jsonPath = ".status.phase")
@AdditionalPrinterColumn(name = "Targets", type = INTEGER, jsonPath = ".status.totals.targets")
@AdditionalPrinterColumn(name = "Spans", type = INTEGER, jsonPath = ".status.totals.spans")
@AdditionalPrinterColumn(name = "Lost", type = INTEGER, jsonPath = ".status.totals.lost")
@AdditionalPrinterColumn(name = "NotAfter", jsonPath = ".spec.notAfter", priority = 1)
@AdditionalPrinterColumn(name = "Age", type = DATE, jsonPath = ".metadata.creationTimestamp")
public final class NodeTrace extends CustomResource<NodeTraceSpec, NodeTraceStatus> implements Namespaced {
    /**
     * By name: equal objects have the same name. The superclass hashes the whole object including managed fields, which
     * took a tenth of the operator's time when a request spans a thousand nodes: each reconciliation puts its
     * NodeTraces into a set.
     */
    @Override
    public int hashCode() {
        return Objects.hash(getMetadata().getNamespace(), getMetadata().getName());
    }
}
