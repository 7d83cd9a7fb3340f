// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import dev.renacer.cli.local.output.OutputOptions;
import dev.renacer.cli.local.output.OutputPlan;
import dev.renacer.cli.local.output.Shown;
import dev.renacer.cli.local.statistics.AnomalyOptions;
import dev.renacer.tracer.output.notation.TextDetail;
import picocli.CommandLine.Mixin;

/** What is shown of a trace, how and where: of one that is being made, and of one that was recorded. */
final class ShownOptions {
    @Mixin
    SelectionOptions selected = new SelectionOptions();

    @Mixin
    SourceOptions source = new SourceOptions();

    @Mixin
    DetailOptions detail = new DetailOptions();

    @Mixin
    OutputOptions output = new OutputOptions();

    @Mixin
    AnomalyOptions anomalies = new AnomalyOptions();

    @Mixin
    OtlpOptions otlp = new OtlpOptions();

    /**
     * What is written where.
     *
     * @param eachThread  whether each thread's lines go to a file of their own (-ff)
     * @throws dev.renacer.cli.CommandFailure if these are combinations that make no sense
     */
    OutputPlan plan(boolean eachThread) {
        TextDetail text = detail.text();
        OutputPlan plan = output.plan(new Shown(
                eachThread,
                source.source,
                source.stack,
                selected.isForText(),
                detail.names(),
                text,
                selected.form(text)));
        anomalies.check(plan.allowsRemarks());
        output.statistics().check(plan.allowsRemarks());
        source.functions = output.statistics().areByFunction();
        return plan;
    }
}
