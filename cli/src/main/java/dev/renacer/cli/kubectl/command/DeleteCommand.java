// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.command;

import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.ExitCode;
import dev.renacer.cli.KubectlExit;
import dev.renacer.cli.kubectl.api.ApiFailures;
import dev.renacer.cli.kubectl.api.NamedRequests;
import dev.renacer.cli.kubectl.option.DryRun;
import dev.renacer.cli.kubectl.print.OutputFormat;
import dev.renacer.cli.kubectl.print.RequestReport;
import dev.renacer.crds.TraceRequest;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kubectl renacer delete}: ends traces and removes their requests. */
@Command(
        name = "delete",
        mixinStandardHelpOptions = true,
        description = {
            "Deletes trace requests, and waits until they are gone.",
            "A live trace is ended first; spans already sent stay where they are."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields before call()
public final class DeleteCommand extends ClusterCommand {
    /** The finalizer is held 30 s at most; the rest is for an API server under load. */
    private static final int WAIT_SECONDS = 60;

    @Mixin
    DryRun dryRun = new DryRun();

    @Option(names = "--no-wait", description = "Do not wait until they are gone.")
    boolean noWait;

    @Parameters(arity = "1..*", paramLabel = "NAME", description = "Name of a TraceRequest, also as tracerequest/NAME.")
    List<String> names = new ArrayList<>();

    @Override
    public Integer call() {
        OutputFormat format = output.in(OutputFormat.NAME);
        try (KubernetesClient client = cluster().client()) {
            String namespace = cluster().namespace(client);
            for (String name : names) {
                ApiFailures.explained(client, () -> delete(client, namespace, name, format));
            }
        }
        return ExitCode.SUCCESS;
    }

    private TraceRequest delete(KubernetesClient client, String namespace, String name, OutputFormat format) {
        TraceRequest request = NamedRequests.get(client, namespace, name);
        Resource<TraceRequest> handle = NamedRequests.handle(client, namespace, name);
        if (!dryRun.isClient()) {
            handle.dryRun(dryRun.isServer()).delete();
        }
        RequestReport.done(out(), format, request, "deleted" + dryRun.suffix());
        if (!noWait && !dryRun.isOn()) {
            awaitGone(handle, request);
        }
        return request;
    }

    private static void awaitGone(Resource<TraceRequest> handle, TraceRequest request) {
        String uid = request.getMetadata().getUid();
        try {
            handle.waitUntilCondition(
                    found -> found == null
                            || !Objects.equals(uid, found.getMetadata().getUid()),
                    WAIT_SECONDS,
                    TimeUnit.SECONDS);
        } catch (KubernetesClientTimeoutException e) {
            throw new CommandFailure(
                    KubectlExit.TIMED_OUT,
                    "TraceRequest '" + request.getMetadata().getName() + "' is not gone after " + WAIT_SECONDS
                            + " s: its finalizer waits for the operator; see whether it runs with 'kubectl renacer doctor'",
                    e);
        }
    }
}
