// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.cli.CommandFailure;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiFailuresTest {
    private static final String SERVER = "https://api.example:6443/";

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void aRequestThatGotNoAnswerIsToldAsSuchAndNotByItsCode(int code) {
        assertThat(ApiFailures.explain(SERVER, new KubernetesClientException("timed out", code, new Status())))
                .isEqualTo(
                        "the request to the API server https://api.example:6443/ failed: timed out; check the cluster"
                                + " and the kubeconfig context ('kubectl config current-context')");
    }

    @Test
    void whoCannotBeReachedIsNamedWithTheCauseBelowAllOthers() {
        KubernetesClientException failure = new KubernetesClientException(
                "Operation: [list] failed", new IllegalStateException(new ConnectException("Connection refused")));
        assertThat(ApiFailures.explain(SERVER, failure))
                .startsWith("cannot reach the API server https://api.example:6443/: Connection refused; check");
    }

    @Test
    void aQuickstartThatIsOverIsNamedAsTheCause() {
        assertThat(ApiFailures.explain(
                        "http://127.0.0.1:39257/renacer-quickstart/00ff/",
                        new KubernetesClientException("failed", wrapped(new ClosedChannelException()))))
                .isEqualTo(
                        "cannot reach the API server http://127.0.0.1:39257/renacer-quickstart/00ff/: connection refused"
                                + " or closed; it is that of a quickstart, which seems to be over: start it again (KEEP=1 make"
                                + " quickstart), or choose another cluster (KUBECONFIG, --context)");
    }

    @Test
    void whatTheHttpClientGivesNoWordsIsToldAllTheSame() {
        assertThat(ApiFailures.explain(
                        SERVER, new KubernetesClientException("failed", wrapped(new ClosedChannelException()))))
                .startsWith(
                        "cannot reach the API server https://api.example:6443/: connection refused or closed; check");
        assertThat(ApiFailures.explain(
                        SERVER, new KubernetesClientException("failed", wrapped(new UnresolvedAddressException()))))
                .startsWith("cannot reach the API server https://api.example:6443/: no such host; check");
    }

    /** As the JDK's HTTP client throws them: its own exception has no message. */
    private static ConnectException wrapped(Exception cause) {
        ConnectException failure = new ConnectException();
        failure.initCause(cause);
        return failure;
    }

    @Test
    void anUntrustedCertificateNamesTheFieldOfTheKubeconfig() {
        KubernetesClientException failure = new KubernetesClientException(
                "failed", new SSLHandshakeException("unable to find valid certification"));
        assertThat(ApiFailures.explain(SERVER, failure))
                .startsWith("no trusted connection to the API server")
                .contains("check certificate-authority-data");
    }

    @Test
    void whatTheServerRefusesIsToldInItsOwnWords() {
        assertThat(explain(401, "Unauthorized")).contains("does not accept these credentials");
        assertThat(explain(403, "you may not")).startsWith("you may not; ask a cluster admin");
        assertThat(explain(422, "spec is wrong")).isEqualTo("spec is wrong");
        assertThat(explain(500, "etcd is away"))
                .isEqualTo("the API server https://api.example:6443/ answered 500: etcd is away");
    }

    @Test
    void anUnknownResourceTypeIsNotAnUnknownName() {
        assertThat(explain(404, "the server could not find the requested resource"))
                .contains("Renacer is not installed");
        Status named = new StatusBuilder()
                .withMessage("tracerequests \"x\" not found")
                .withNewDetails()
                .withName("x")
                .endDetails()
                .build();
        assertThat(ApiFailures.explain(SERVER, new KubernetesClientException("failed", 404, named)))
                .isEqualTo("tracerequests \"x\" not found");
    }

    @Test
    void whatACommandFoundOutItselfPassesUnchanged() {
        CommandFailure failure = CommandFailure.usage("no");
        assertThatThrownBy(() -> ApiFailures.explained(SERVER, () -> {
                    throw failure;
                }))
                .isSameAs(failure);
    }

    private static String explain(int code, String message) {
        Status status = new StatusBuilder().withMessage(message).build();
        return ApiFailures.explain(SERVER, new KubernetesClientException("failed", code, status));
    }
}
