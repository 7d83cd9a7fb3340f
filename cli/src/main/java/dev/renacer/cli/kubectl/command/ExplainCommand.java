// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.command;

import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.ExitCode;
import dev.renacer.cli.KubectlExit;
import dev.renacer.cli.kubectl.api.ApiFailures;
import dev.renacer.cli.kubectl.check.AccessChecks;
import dev.renacer.cli.kubectl.check.CheckResult;
import dev.renacer.cli.kubectl.check.PodFinder;
import dev.renacer.cli.kubectl.check.PolicyChecks;
import dev.renacer.cli.kubectl.check.TargetChecks;
import dev.renacer.cli.kubectl.option.LabelSelectors;
import dev.renacer.cli.kubectl.option.PodChoice;
import dev.renacer.cli.kubectl.option.RequestOptions;
import dev.renacer.cli.kubectl.option.WorkloadKind;
import dev.renacer.cli.kubectl.option.WorkloadReference;
import dev.renacer.cli.kubectl.print.OutputFormat;
import dev.renacer.crds.TraceRequestSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kubectl renacer explain}: may I trace this, and if not, why, and what to ask for. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = {
            "Shows whether you may trace a target: your rights, the namespace, policies, sink, pods and agents.",
            "Creates nothing. What you may not read is unknown, not an error. Exit code: 3 if an answer is no."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields before call()
public final class ExplainCommand extends ClusterCommand {
    @Mixin
    RequestOptions request = new RequestOptions();

    @Parameters(arity = "0..1", paramLabel = "KIND/NAME", description = "As run takes it.")
    @Nullable
    String workload;

    @Option(
            names = {"-l", "--selector"},
            paramLabel = "SELECTOR",
            description = "Pods with these labels, as app=web,tier!=cache.")
    @Nullable
    String selector;

    @Override
    public Integer call() {
        OutputFormat format = output.in(OutputFormat.JSON, OutputFormat.YAML);
        if ((workload == null) == (selector == null)) {
            throw CommandFailure.usage("give " + WorkloadKind.spellings() + ", or a selector with -l");
        }
        // The whole command line is checked before the first request.
        Optional<WorkloadReference> reference = Optional.ofNullable(workload).map(WorkloadReference::parse);
        Optional<PodChoice> labelled =
                Optional.ofNullable(selector).map(LabelSelectors::parse).map(PodChoice.BySelector::new);
        cluster().checkNamespace();
        request.check();
        try (KubernetesClient client = cluster().client()) {
            String namespace = cluster().namespace(client);
            List<CheckResult> results = ApiFailures.explained(client, () -> {
                PodChoice choice = labelled.isPresent()
                        ? labelled.get()
                        : reference.orElseThrow().resolve(client);
                return results(client, namespace, choice);
            });
            CheckResult.print(out(), format, results);
            return CheckResult.anyNo(results) ? KubectlExit.REFUSED : ExitCode.SUCCESS;
        }
    }

    private List<CheckResult> results(KubernetesClient client, String namespace, PodChoice choice) {
        AccessChecks access = new AccessChecks(client, namespace);
        TraceRequestSpec asked = request.spec(choice, Optional.empty());
        List<CheckResult> results = new ArrayList<>(access.run(asked));
        if (access.namespaceIsMissing()) {
            return results;
        }
        results.addAll(new PolicyChecks(client, access.labels()).run(asked));
        String what = workload == null ? "selector " + selector : workload;
        results.addAll(new TargetChecks(client).run(new PodFinder(client, namespace).find(choice), what, namespace));
        return results;
    }
}
