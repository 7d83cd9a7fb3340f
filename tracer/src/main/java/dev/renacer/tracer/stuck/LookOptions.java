// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck;

import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.redact.Redactor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How much is looked at and told.
 *
 * @param redactor   takes the secrets out of arguments and names
 * @param unwinder   renacer-symbolize; empty: there are no stacks of programs
 * @param detail     of arguments; with none, nothing is told of descriptors either
 * @param viewpoint  for whom it is told
 * @param stacks     how long stacks are followed at most, of all threads together
 */
public record LookOptions(
        Redactor redactor, Optional<Path> unwinder, ArgumentDetail detail, Viewpoint viewpoint, Duration stacks) {
    private static final Duration STACKS = Duration.ofSeconds(20);

    /** All there is, for whoever looks. */
    public static LookOptions everything(Redactor redactor, Optional<Path> unwinder) {
        return new LookOptions(redactor, unwinder, ArgumentDetail.FULL, Viewpoint.OWN, STACKS);
    }
}
