// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.assignment;

import dev.renacer.crds.UserText;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit trail of one assignment: a line for each container when its processes are attached to and when they are
 * detached. Values are quoted and contain no control characters: a justification cannot forge a line.
 *
 * @param request        namespace and name of the NodeTrace
 * @param requestedBy    who asked
 * @param justification  why
 */
record AuditTrail(String request, Optional<String> requestedBy, Optional<String> justification) {
    private static final Logger LOG = LoggerFactory.getLogger("dev.renacer.audit");
    /** If a container has more, the first ones and their number are logged. */
    private static final int PIDS_SHOWN = 50;

    /** These processes of the container are traced from now on. */
    void attached(String container, List<Integer> pids) {
        LOG.info("{}", line(container, pids, "attached"));
    }

    /** None of these processes is traced any more. */
    void detached(String container, Collection<Integer> pids) {
        LOG.info("{}", line(container, pids, "detached"));
    }

    /** These processes of the container have been looked at. */
    void looked(String container, List<Integer> pids) {
        LOG.info("{}", line(container, pids, "looked at"));
    }

    String line(String container, Collection<Integer> pids, String what) {
        String shown = String.join(
                ",", pids.stream().limit(PIDS_SHOWN).map(String::valueOf).toList());
        String more = pids.size() > PIDS_SHOWN ? ",...(" + pids.size() + ")" : "";
        return "audit request=" + request + " requestedBy=" + quoted(requestedBy) + " justification="
                + quoted(justification) + " container=" + UserText.printable(container) + " pids=" + shown + more + " "
                + what;
    }

    private static String quoted(Optional<String> value) {
        return "\"" + UserText.printable(value.orElse("").replace("\\", "\\\\").replace("\"", "\\\"")) + "\"";
    }
}
