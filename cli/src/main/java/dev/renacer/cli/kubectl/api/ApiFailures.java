// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.api;

import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.ExitCode;
import dev.renacer.crds.Renacer;
import dev.renacer.crds.UserText;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLException;

/** Turns what the API server or the way to it refused into one line that names the cause and the next step. */
public final class ApiFailures {
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int INVALID = 422;

    private ApiFailures() {}

    /**
     * Runs an action against the API.
     *
     * @throws CommandFailure in place of what the client threw
     */
    public static <T> T explained(KubernetesClient client, Callable<T> action) {
        return explained(client.getMasterUrl().toString(), action);
    }

    /** As {@link #explained(KubernetesClient, Callable)}, by the server's URL. */
    public static <T> T explained(String server, Callable<T> action) {
        try {
            return action.call();
        } catch (CommandFailure e) {
            throw e;
        } catch (KubernetesClientException e) {
            throw new CommandFailure(ExitCode.FAILURE, explain(server, e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.FAILURE, "interrupted", e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new CommandFailure(ExitCode.FAILURE, String.valueOf(e.getMessage()), e);
        }
    }

    /** The line for this failure; it may quote what others wrote. */
    public static String explain(String server, KubernetesClientException failure) {
        return UserText.printable(line(server, failure));
    }

    private static String line(String server, KubernetesClientException failure) {
        return switch (failure.getCode()) {
            case UNAUTHORIZED ->
                "the API server " + server
                        + " does not accept these credentials; log in again, or check the user of this kubeconfig"
                        + " context";
            case FORBIDDEN ->
                reason(failure) + "; ask a cluster admin for the right to create, get, list, watch and patch"
                        + " tracerequests.renacer.dev in this namespace";
            case NOT_FOUND -> isMissingResourceType(failure) ? notInstalled() : reason(failure);
            case CONFLICT, INVALID -> reason(failure);
            // The client's codes for a request that got no answer.
            case 0, -1 -> unreachable(server, failure);
            default -> "the API server " + server + " answered " + failure.getCode() + ": " + reason(failure);
        };
    }

    /** Whether this says that the object exists already. */
    public static boolean isConflict(KubernetesClientException failure) {
        return failure.getCode() == CONFLICT;
    }

    private static String notInstalled() {
        return "this cluster does not know TraceRequests (" + Renacer.GROUP + "/" + Renacer.VERSION
                + "): Renacer is not installed; 'helm install renacer charts/renacer' installs it";
    }

    /** The server's 404 for an unknown resource type carries no details about a name. */
    private static boolean isMissingResourceType(KubernetesClientException failure) {
        return Optional.ofNullable(failure.getStatus())
                .map(Status::getDetails)
                .map(details -> details.getName())
                .isEmpty();
    }

    /** What the server itself says, without the client's preamble. */
    public static String reason(KubernetesClientException failure) {
        return Optional.ofNullable(failure.getStatus())
                .map(Status::getMessage)
                .filter(message -> !message.isBlank())
                .orElseGet(() -> String.valueOf(failure.getMessage()));
    }

    private static String unreachable(String server, KubernetesClientException failure) {
        Throwable root = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            root = cause;
            if (cause instanceof SSLException) {
                return "no trusted connection to the API server " + server + ": " + cause.getMessage()
                        + "; check certificate-authority-data of this kubeconfig context";
            }
        }
        if (root instanceof IOException && server.contains("/" + Renacer.STAND_IN + "/")) {
            return "cannot reach the API server " + server + ": " + words(root)
                    + "; it is that of a quickstart, which seems to be over: start it again (KEEP=1 make quickstart), or choose"
                    + " another cluster (KUBECONFIG, --context)";
        }
        String step = "; check the cluster and the kubeconfig context ('kubectl config current-context')";
        return root instanceof IOException || root instanceof UnresolvedAddressException
                ? "cannot reach the API server " + server + ": " + words(root) + step
                : "the request to the API server " + server + " failed: " + words(root) + step;
    }

    /** The JDK's HTTP client says neither in words. */
    private static String words(Throwable failure) {
        return switch (failure) {
            case UnresolvedAddressException _ -> "no such host";
            case ClosedChannelException _ -> "connection refused or closed";
            default -> failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        };
    }
}
