// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.kubectl.listing.Listing;
import dev.renacer.cli.kubectl.print.OutputFormat;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

class ListingArgumentsTest {
    /** What picocli alone deals with. */
    private static final Set<String> LEFT = Set.of("-h", "--help", "-V", "--version", "-w", "--watch");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "list",
                "list -A",
                "ls --all-namespaces -o wide",
                "list -n shop --context=kind -o json",
                "list --namespace shop --kubeconfig /etc/kubeconfig --output=name",
                "list --namespace=shop --context kind --kubeconfig=/etc/kubeconfig --output yaml"
            })
    void aListOfRequestsIsUnderstoodAsPicocliUnderstandsIt(String line) {
        String[] args = line.split(" ");
        CommandLine plugin = KubectlRenacer.commandLine().setCaseInsensitiveEnumValuesAllowed(true);
        ParseResult parsed = plugin.parseArgs(args).subcommand();
        KubectlRenacer command = plugin.getCommand();

        ListingArguments read = ListingArguments.of(args).orElseThrow();

        assertThat(read.listing()).isEqualTo(Listing.REQUESTS);
        assertThat(read.everywhere()).isEqualTo(parsed.hasMatchedOption("-A"));
        assertThat(read.cluster()).usingRecursiveComparison().isEqualTo(command.cluster());
        assertThat(read.format()).isEqualTo(parsed.matchedOptionValue("-o", OutputFormat.TEXT));
    }

    @Test
    void theOtherListingsAreKnownByTheirVerbs() {
        assertThat(ListingArguments.of("sinks", "-o", "wide").orElseThrow().listing())
                .isEqualTo(Listing.SINKS);
        assertThat(ListingArguments.of("policies").orElseThrow().listing()).isEqualTo(Listing.POLICIES);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "run deploy/web",
                "-n shop list",
                "list --help",
                "list -w",
                "list checkout",
                "list -nshop",
                "list -n",
                "list -n -A",
                "list -n shop -n data",
                "list -A -A",
                "list -o xml",
                "list -o JSON",
                "list --namespace=",
                "sinks -A",
                "nodes"
            })
    void whateverElseIsLeftToPicocli(String line) {
        assertThat(ListingArguments.of(line.split(" "))).isEmpty();
    }

    @Test
    void noOptionOfAListingIsForgotten() {
        for (String verb : Set.of("list", "sinks", "policies")) {
            CommandLine command = Objects.requireNonNull(
                    KubectlRenacer.commandLine().getSubcommands().get(verb));
            Set<String> names = new TreeSet<>();
            for (OptionSpec option : command.getCommandSpec().options()) {
                names.addAll(Arrays.asList(option.names()));
            }
            names.removeAll(LEFT);
            assertThat(names).isNotEmpty().allSatisfy(name -> {
                boolean flag = ListingArguments.of(verb, name).isPresent();
                boolean valued = ListingArguments.of(verb, name, "json").isPresent();
                assertThat(flag || valued).as(verb + " " + name).isTrue();
            });
        }
    }
}
