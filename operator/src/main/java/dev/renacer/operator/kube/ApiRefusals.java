// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.kube;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Objects;

/** Tells the API server's refusals apart that are part of the ordinary course of things. */
public final class ApiRefusals {
    private ApiRefusals() {}

    /** Whether an object was not created because its namespace is being deleted. */
    public static boolean isNamespaceEnding(KubernetesClientException refusal) {
        Status status = refusal.getStatus();
        return refusal.getCode() == HttpURLConnection.HTTP_FORBIDDEN
                && status != null
                && status.getDetails() != null
                && Objects.requireNonNullElse(status.getDetails().getCauses(), List.<StatusCause>of()).stream()
                        .anyMatch(cause -> "NamespaceTerminating".equals(cause.getReason()));
    }

    /** Whether the object is gone. */
    public static boolean isGone(KubernetesClientException refusal) {
        return refusal.getCode() == HttpURLConnection.HTTP_NOT_FOUND;
    }
}
