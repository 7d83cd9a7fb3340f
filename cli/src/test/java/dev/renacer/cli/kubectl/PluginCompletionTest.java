// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PluginCompletionTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final ByteArrayOutputStream complained = new ByteArrayOutputStream();

    @Test
    void theFirstWordIsAVerb() {
        assertThat(complete(""))
                .contains("run", "list", "completion", "version")
                .endsWith(":4");
        assertThat(complete("de")).containsExactly("delete", "describe", ":4");
    }

    @Test
    void behindAVerbItsOptionsAndTheirValuesFollow() {
        assertThat(complete("list", "--w")).containsExactly("--watch", ":4");
        assertThat(complete("list", "-o", ""))
                .contains("json", "yaml", "name", "wide")
                .endsWith(":4");
        assertThat(complete("run", "--dry-run", "s")).containsExactly("server", ":4");
    }

    @Test
    void aFileIsLeftToTheShell() {
        assertThat(complete("list", "--kubeconfig", "")).endsWith(":0");
    }

    @Test
    void theScriptKnowsEveryVerb() {
        assertThat(execute("completion", "bash")).isZero();
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .startsWith("#!/usr/bin/env bash")
                .contains("describe", "--all-namespaces", "bashcompinit");
    }

    @Test
    void anotherShellIsToldOfKubectlsOwnCompletion() {
        assertThat(execute("completion", "fish")).isEqualTo(2);
        assertThat(complained.toString(StandardCharsets.UTF_8)).contains("no script for 'fish'; give bash or zsh");
    }

    private List<String> complete(String... words) {
        printed.reset();
        assertThat(execute(Stream.concat(Stream.of(PluginCompletion.VERB), Stream.of(words))
                        .toArray(String[]::new)))
                .isZero();
        return printed.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private int execute(String... args) {
        return KubectlRenacer.execute(
                new PrintStream(printed, true, StandardCharsets.UTF_8),
                new PrintStream(complained, true, StandardCharsets.UTF_8),
                args);
    }
}
