// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the project lies. */
final class Checkout {
    private Checkout() {}

    /** Its top folder, above the working directory of the test. */
    static Path root() {
        @Nullable Path folder = Path.of("").toAbsolutePath();
        while (folder != null) {
            if (Files.exists(folder.resolve("libexec/setup"))) {
                return folder;
            }
            folder = folder.getParent();
        }
        throw new IllegalStateException("the test does not run inside a checkout");
    }
}
