// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.filter;

import dev.renacer.capture.plan.CapturePlan;
import dev.renacer.capture.plan.PlanBytes;
import dev.renacer.tracer.ArgumentDetail;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The plan of a trace of every call in full, made when the program is built: from the signatures of all calls of all ABIs it
 * would take longer than most programs that are traced.
 */
final class PreparedPlan {
    static final String RESOURCE = "everything.plan";

    private PreparedPlan() {}

    /** The plan, whose bytes need not be made. */
    static CapturePlan everything(Supplier<CapturePlan> source) {
        try (InputStream in = PreparedPlan.class.getResourceAsStream(RESOURCE)) {
            // Without it, as when classes are run from a half-made build, the same plan is made now.
            return in == null ? source.get() : CapturePlan.prepared(in.readAllBytes(), source);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the resource " + RESOURCE, e);
        }
    }

    /** Writes the plan to the folder of classes that is given. */
    public static void main(String[] args) throws IOException {
        CapturePlan plan = SyscallFilter.EVERYTHING.made(ArgumentDetail.FULL, Set.of());
        String folder = PreparedPlan.class.getPackageName().replace('.', '/');
        Files.write(Path.of(args[0], folder, RESOURCE), PlanBytes.of(plan));
    }
}
