// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.filter;

import dev.renacer.capture.plan.CapturePlan;
import dev.renacer.capture.plan.PlanBytes;
import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.filter.SyscallFilter.Following;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The plan of a trace of every call in full, made when the program is built: from the signatures of all calls of all ABIs it
 * would take longer than most programs that are traced.
 */
final class PreparedPlan {
    private static final String PLAIN = "everything.plan";
    private static final String WITH_LINKS = "everything-links.plan";
    private static final String WITH_HEADS = "everything-heads.plan";
    private static final String RECORDED = "everything-recorded.plan";

    private PreparedPlan() {}

    /** The file with the plan for what is followed, as far as all calls being selected leaves something of that; empty: there is none. */
    static Optional<String> resource(ArgumentDetail detail, Set<Following> following) {
        boolean links = following.contains(Following.LINKS);
        boolean heads = following.contains(Following.HEADS);
        return switch (detail) {
            case FULL ->
                links && heads ? Optional.empty() : Optional.of(links ? WITH_LINKS : heads ? WITH_HEADS : PLAIN);
            case ALL -> links && heads ? Optional.of(RECORDED) : Optional.empty();
            case NONE, NAMES, VERBOSE -> Optional.empty();
        };
    }

    /** The plan, whose bytes need not be made. */
    static CapturePlan everything(ArgumentDetail detail, Set<Following> following, Supplier<CapturePlan> source) {
        Optional<String> resource = resource(detail, following);
        if (resource.isEmpty()) {
            return source.get();
        }
        try (InputStream in = PreparedPlan.class.getResourceAsStream(resource.get())) {
            // Without it, as when classes are run from a half-made build, the same plan is made now.
            return in == null ? source.get() : CapturePlan.prepared(in.readAllBytes(), source);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the resource " + resource.get(), e);
        }
    }

    /** Writes the plans to the folder of classes that is given. */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0], PreparedPlan.class.getPackageName().replace('.', '/'));
        write(folder, ArgumentDetail.FULL, Set.of());
        write(folder, ArgumentDetail.FULL, Set.of(Following.LINKS));
        write(folder, ArgumentDetail.FULL, Set.of(Following.HEADS));
        write(folder, ArgumentDetail.ALL, Set.of(Following.LINKS, Following.HEADS));
    }

    private static void write(Path folder, ArgumentDetail detail, Set<Following> following) throws IOException {
        CapturePlan plan = SyscallFilter.EVERYTHING.made(detail, following);
        Files.write(folder.resolve(resource(detail, following).orElseThrow()), PlanBytes.of(plan));
    }
}
