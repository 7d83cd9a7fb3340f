// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.architecture.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * {@code libexec/cluster-test} runs the commands of docs/first-trace.md on a real cluster, and no other page's. So a command for a
 * real cluster stands there, wherever else it is told.
 */
class ClusterCommandsTest {
    @Test
    void eachCommandForAClusterStandsInTheFirstTraceToo() throws IOException {
        List<String> run =
                DocumentedCommands.of(DocumentedCommands.CHECKOUT.resolve("docs/first-trace.md"), "sh cluster");

        assertThat(run).isNotEmpty();
        assertThat(DocumentedCommands.ofAll("sh cluster")).isSubsetOf(run);
    }
}
