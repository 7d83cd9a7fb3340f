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

/** A user's wish to see the system calls of pods in its namespace. */
@Group(Renacer.GROUP)
@Version(Renacer.VERSION)
@Singular("tracerequest")
@Plural("tracerequests")
@ShortNames("rtr")
public final class TraceRequest extends CustomResource<TraceRequestSpec, TraceRequestStatus> implements Namespaced {}
