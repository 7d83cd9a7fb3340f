// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import dev.renacer.cli.kubectl.listing.Listing;
import dev.renacer.cli.kubectl.option.ClusterOptions;
import dev.renacer.cli.kubectl.print.OutputFormat;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A listing's arguments where they are spelt in the plainest way. They are read here because picocli cannot be kept in an AOT cache
 * (it is compiled for Java 5) and would take longer than all the rest of a listing; whatever is not understood here is left to it,
 * what is wrong included.
 *
 * @param listing     what to list
 * @param cluster     where
 * @param everywhere  whether of all namespaces
 * @param format      how
 */
record ListingArguments(Listing listing, ClusterOptions cluster, boolean everywhere, OutputFormat format) {
    /** Empty if it takes picocli to understand these. */
    static Optional<ListingArguments> of(String... args) {
        Listing listing = args.length == 0 ? null : listing(args[0]);
        return listing == null ? Optional.empty() : new Reader(listing).read(args);
    }

    private static @Nullable Listing listing(String verb) {
        return switch (verb) {
            case "list", "ls" -> Listing.REQUESTS;
            case "sinks" -> Listing.SINKS;
            case "policies" -> Listing.POLICIES;
            default -> null;
        };
    }

    private static final class Reader {
        private final Listing listing;
        private @Nullable String namespace;
        private @Nullable String context;
        private @Nullable Path kubeconfig;
        private boolean everywhere;
        private @Nullable OutputFormat format;

        Reader(Listing listing) {
            this.listing = listing;
        }

        Optional<ListingArguments> read(String... args) {
            int i = 1;
            while (i < args.length) {
                int taken = take(args[i], i + 1 < args.length ? args[i + 1] : "");
                if (taken == 0) {
                    return Optional.empty();
                }
                i += taken;
            }
            OutputFormat shown = format == null ? OutputFormat.TEXT : format;
            ClusterOptions cluster = ClusterOptions.of(
                    Optional.ofNullable(namespace), Optional.ofNullable(context), Optional.ofNullable(kubeconfig));
            return Optional.of(new ListingArguments(listing, cluster, everywhere, shown));
        }

        /** How many arguments were taken; none if they are not understood. */
        private int take(String argument, String next) {
            if (argument.equals("-A") || argument.equals("--all-namespaces")) {
                boolean understood = listing.namespaced() && !everywhere;
                everywhere = true;
                return understood ? 1 : 0;
            }
            int value = argument.startsWith("--") ? argument.indexOf('=') : -1;
            if (value > 0) {
                return set(argument.substring(0, value), argument.substring(value + 1)) ? 1 : 0;
            }
            return !next.startsWith("-") && set(argument, next) ? 2 : 0;
        }

        /** False if there is no such option, if it has a value already, or if this is none for it. */
        private boolean set(String option, String value) {
            if (value.isEmpty()) {
                return false;
            }
            boolean first;
            switch (option) {
                case "-n", "--namespace" -> {
                    first = namespace == null;
                    namespace = value;
                }
                case "--context" -> {
                    first = context == null;
                    context = value;
                }
                case "--kubeconfig" -> {
                    first = kubeconfig == null;
                    kubeconfig = Path.of(value);
                }
                case "-o", "--output" -> {
                    OutputFormat read = format(value);
                    first = format == null && read != null;
                    format = read;
                }
                default -> first = false;
            }
            return first;
        }

        private static @Nullable OutputFormat format(String word) {
            return switch (word) {
                case "wide" -> OutputFormat.WIDE;
                case "json" -> OutputFormat.JSON;
                case "yaml" -> OutputFormat.YAML;
                case "name" -> OutputFormat.NAME;
                default -> null;
            };
        }
    }
}
