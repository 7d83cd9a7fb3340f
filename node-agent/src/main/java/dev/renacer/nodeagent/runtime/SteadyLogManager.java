// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.runtime;

import java.util.logging.LogManager;

/**
 * Keeps the log's handlers through the JVM's shutdown. The JDK's own log manager drops them in a shutdown hook that
 * runs beside the agent's, so that the lines about the last detach would be lost.
 */
public final class SteadyLogManager extends LogManager {
    /** Called by the JDK, which makes it by its class name. */
    public SteadyLogManager() {}

    @Override
    public void reset() {}
}
