// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import io.fabric8.kubernetes.client.CustomResource;
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
public final class TraceNode extends CustomResource<TraceNodeSpec, TraceNodeStatus> {}
