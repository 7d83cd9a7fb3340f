// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiRequestTest {
    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/namespaces/shop/pods, list, pods",
        "GET, /api/v1/namespaces/shop/pods?watch=true, watch, pods",
        "GET, /api/v1/nodes/node-1, get, nodes",
        "GET, /api/v1/namespaces/shop, get, namespaces",
        "POST, /apis/renacer.dev/v1alpha1/namespaces/shop/nodetraces, create, nodetraces",
        "PATCH, /apis/renacer.dev/v1alpha1/namespaces/shop/tracerequests/a/status, patch, tracerequests/status",
        "PATCH, /apis/renacer.dev/v1alpha1/tracesinks/default/status, patch, tracesinks/status",
        "PUT, /apis/coordination.k8s.io/v1/namespaces/x/leases/y, update, leases",
        "DELETE, /apis/renacer.dev/v1alpha1/namespaces/shop/nodetraces/a, delete, nodetraces",
        "DELETE, /apis/renacer.dev/v1alpha1/namespaces/shop/nodetraces, deletecollection, nodetraces",
        "GET, /version, get, none"
    })
    void speaksTheAuthorizersWords(String method, String address, String verb, String resource) {
        assertThat(ApiRequest.of(method, URI.create("https://api" + address)))
                .isEqualTo(new ApiRequest(verb, resource));
    }
}
