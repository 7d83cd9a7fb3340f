// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** One node's share of a trace request; made by the operator, carried out by the node's agent. */
@Group(Renacer.GROUP)
@Version(Renacer.VERSION)
@Singular("nodetrace")
@Plural("nodetraces")
@ShortNames("rnt")
public final class NodeTrace extends CustomResource<NodeTraceSpec, NodeTraceStatus> implements Namespaced {}
