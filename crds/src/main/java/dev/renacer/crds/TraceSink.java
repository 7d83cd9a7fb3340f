// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** A place spans may go to (cluster-scoped). */
@Group(Renacer.GROUP)
@Version(Renacer.VERSION)
@Singular("tracesink")
@Plural("tracesinks")
@ShortNames("rsink")
public final class TraceSink extends CustomResource<TraceSinkSpec, TraceSinkStatus> {}
