// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.follow;

import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.ExitCode;
import dev.renacer.cli.KubectlExit;
import dev.renacer.cli.kubectl.api.NamedRequests;
import dev.renacer.cli.kubectl.status.TraceState;
import dev.renacer.crds.ConditionType;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.UserText;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Waits for the answer to a request for a look. */
public final class LookWatch {
    /** An answer takes about a second; a request may wait its turn behind others of its namespace. */
    private static final Duration LONGEST = Duration.ofSeconds(90);

    private final KubernetesClient client;
    private final PrintWriter err;
    private final Set<String> told = new HashSet<>();

    /**
     * @param err  takes why there is no answer yet
     */
    public LookWatch(KubernetesClient client, PrintWriter err) {
        this.client = client;
        this.err = err;
    }

    /**
     * The request once it is over or refused.
     *
     * @throws CommandFailure if that takes too long, the request is gone, or an operator that does not know looks traces
     */
    public TraceRequest await(TraceRequest request) {
        String name = request.getMetadata().getName();
        String namespace = request.getMetadata().getNamespace();
        try {
            TraceRequest answer = Optional.ofNullable(NamedRequests.handle(client, namespace, name)
                            .waitUntilCondition(this::isAnswered, LONGEST.toSeconds(), TimeUnit.SECONDS))
                    .orElseThrow(() -> new CommandFailure(
                            ExitCode.FAILURE, "TraceRequest '" + name + "' was deleted before there was an answer"));
            if (TraceState.of(answer) == TraceState.TRACING) {
                throw new CommandFailure(
                        ExitCode.FAILURE,
                        "the operator of this cluster does not know looks (spec.mode) and began to trace; the trace is ended. Ask a"
                                + " cluster admin to update it");
            }
            return answer;
        } catch (KubernetesClientTimeoutException e) {
            throw new CommandFailure(
                    KubectlExit.TIMED_OUT,
                    "no answer within " + LONGEST.toSeconds()
                            + " s; 'kubectl renacer doctor' says whether operator and agents work",
                    e);
        }
    }

    private boolean isAnswered(@Nullable TraceRequest request) {
        if (request == null) {
            return true;
        }
        TraceState state = TraceState.of(request);
        if (state == TraceState.PENDING || state == TraceState.ACCEPTED) {
            TraceState.condition(request, ConditionType.Tracing)
                    .filter(why -> !Reason.WaitingForAgent.name().equals(why.getReason()))
                    .map(Condition::getMessage)
                    .filter(told::add)
                    .ifPresent(message -> {
                        err.println(UserText.printable(message));
                        err.flush();
                    });
        }
        // An operator that knows looks never says so of one.
        return state.isLast() || state == TraceState.TRACING;
    }
}
