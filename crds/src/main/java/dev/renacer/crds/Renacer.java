// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

/** The API group and the names that more than one room must spell alike. */
public final class Renacer {
    /** API group of every resource. */
    public static final String GROUP = "renacer.dev";
    /** Its version. */
    public static final String VERSION = "v1alpha1";
    /** Label on a NodeTrace: the UID of its TraceRequest. */
    public static final String REQUEST_UID_LABEL = "renacer.dev/request-uid";
    /** Label on a namespace whose pods may be traced; its value is {@link #TRACING_ENABLED}. */
    public static final String NAMESPACE_LABEL = "renacer.dev/tracing";
    /** Value of {@link #NAMESPACE_LABEL}. */
    public static final String TRACING_ENABLED = "enabled";
    /** Annotation on a pod that is never traced; its value is {@code "true"}. */
    public static final String DENY_ANNOTATION = "renacer.dev/deny";
    /** Finalizer on a TraceRequest; held at most 30 s. */
    public static final String FINALIZER = "renacer.dev/detach";
    /** Name of the sink used when a request names none. */
    public static final String DEFAULT_SINK = "default";
    /** Name of the policy the operator makes from its configuration. */
    public static final String DEFAULT_POLICY = "default";
    /**
     * How the version of the quickstart's API server ends, and a folder in the path of its URL: it holds nothing of an installation but
     * the definitions, and is gone when the quickstart ends.
     */
    public static final String STAND_IN = "renacer-quickstart";

    private Renacer() {}
}
