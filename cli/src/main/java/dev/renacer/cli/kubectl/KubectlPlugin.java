// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.ExitCode;
import dev.renacer.cli.kubectl.api.DirectApi;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Optional;

/** Where the program begins: a plain listing of a plainly reached cluster takes the short way, all else goes by picocli. */
public final class KubectlPlugin {
    private KubectlPlugin() {}

    public static void main(String[] args) {
        System.exit(execute(System.out, System.err, args));
    }

    /** Runs the command and returns its exit code. */
    static int execute(PrintStream out, PrintStream err, String... args) {
        Optional<ListingArguments> plain = ListingArguments.of(args);
        Optional<DirectApi> api = plain.flatMap(listing -> listing.cluster().directApi());
        if (plain.isEmpty() || api.isEmpty()) {
            return KubectlRenacer.execute(out, err, args);
        }
        ListingArguments listing = plain.get();
        try (DirectApi open = api.get()) {
            listing.cluster().checkNamespace();
            listing.listing()
                    .print(
                            open,
                            listing.everywhere() || !listing.listing().namespaced()
                                    ? ""
                                    : listing.cluster().namespace(open),
                            listing.format(),
                            new PrintWriter(out, true, out.charset()),
                            new PrintWriter(err, true, err.charset()));
            return ExitCode.SUCCESS;
        } catch (CommandFailure e) {
            err.println(e.line("kubectl-renacer"));
            return e.exitCode();
        }
    }
}
