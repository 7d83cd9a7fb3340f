// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.output;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Whether two names are of one file, which need not exist yet: links are followed, those that lead nowhere too. */
public final class FilePlace {
    /** As many as Linux follows (path_resolution(7)). */
    private static final int MOST_LINKS = 40;

    private static final Path NOWHERE = Path.of("/dev/null");

    private FilePlace() {}

    /** Whether what is written to one would be written over the other. What goes to /dev/null is in nobody's way. */
    public static boolean areSame(String one, String other) {
        try {
            Path first = resolved(Path.of(one));
            Path second = resolved(Path.of(other));
            if (first.equals(NOWHERE)) {
                return false;
            }
            return first.equals(second)
                    || (Files.isRegularFile(first) && Files.exists(second) && Files.isSameFile(first, second));
        } catch (InvalidPathException | IOException _) { // a name that this locale cannot say
            return one.equals(other);
        }
    }

    private static Path resolved(Path path) throws IOException {
        Path at = path.toAbsolutePath().normalize();
        for (int links = 0; links < MOST_LINKS; links++) {
            Path folder = at.getParent();
            if (folder != null && Files.isDirectory(folder)) {
                at = folder.toRealPath().resolve(at.getFileName());
            }
            if (!Files.isSymbolicLink(at)) {
                return at;
            }
            at = at.resolveSibling(Files.readSymbolicLink(at)).normalize();
        }
        return at;
    }
}
