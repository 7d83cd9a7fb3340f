// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.agents;

import java.util.Map;

/**
 * How to find the agents' pods.
 *
 * @param namespace  where they run
 * @param selector   labels they have
 */
public record AgentSelector(String namespace, Map<String, String> selector) {}
