// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import dev.renacer.capture.ByteText;
import dev.renacer.capture.RawFiles;
import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.ExitCode;
import dev.renacer.cli.StraceFlags;
import java.io.IOException;
import java.util.Optional;

/**
 * Finds the program of a command line as execvp(3) does: a name with a slash is a path; any other name is looked for in
 * the folders of PATH, and the first folder with such an executable file wins. Names are {@link ByteText}.
 */
final class ProgramSearch {
    /** Where execvp looks if PATH is not set (glibc's confstr _CS_PATH). */
    private static final String DEFAULT_PATH = "/bin:/usr/bin";
    /** How much of a file is examined to distinguish text from a binary, as in bash. */
    private static final int HEAD = 80;

    private final RawFiles files;

    ProgramSearch(RawFiles files) {
        this.files = files;
    }

    /**
     * Finds a program.
     *
     * @param path  the value of PATH, if it is set
     * @return a path for execve(2)
     * @throws CommandFailure with code 127 if there is none, 126 if it exists but cannot be executed
     */
    String find(String name, Optional<String> path) {
        if (name.isEmpty()) {
            throw notFound("program name is empty; give the program after --");
        }
        if (name.indexOf('/') >= 0) {
            requireExecutable(name);
            return name;
        }
        Optional<CommandFailure> refused = Optional.empty();
        for (String folder : path.orElse(DEFAULT_PATH).split(":", -1)) {
            // An empty entry is the working directory.
            String candidate = folder.isEmpty() ? "./" + name : folder + "/" + name;
            if (files.exists(candidate)) {
                Optional<CommandFailure> refusal = refusal(candidate);
                if (refusal.isEmpty()) {
                    return candidate;
                }
                refused = refused.or(() -> refusal);
            }
        }
        throw refused.orElseGet(() -> notFound("program '" + ByteText.shown(name) + "' not found in PATH; "
                + StraceFlags.adviceOnProgram(name).orElse("check its name, or give its path")));
    }

    /**
     * Whether the file is a script without {@code #!}: the kernel refuses it with ENOEXEC, and execvp and the shells
     * then let {@code /bin/sh} run it. This is judged by its text, so that the trace begins with the real execve.
     */
    boolean isBareScript(String file) {
        try {
            byte[] head = files.head(file, HEAD);
            if (head.length >= 2 && head[0] == '#' && head[1] == '!') {
                return false;
            }
            for (byte value : head) {
                if (value == 0) {
                    return false;
                }
                if (value == '\n') {
                    break;
                }
            }
            // Neither ELF's magic nor its class byte contains a NUL.
            return !(head.length >= 4 && head[0] == 0x7f && head[1] == 'E' && head[2] == 'L' && head[3] == 'F');
        } catch (IOException _) {
            // Executable but not readable: the kernel knows what it is.
            return false;
        }
    }

    private void requireExecutable(String file) {
        if (files.isHidden(file)) {
            throw notExecutable(
                    "program '" + ByteText.shown(file)
                            + "' cannot be looked at: permission denied for a folder of its path; run renacer as a user who may enter it");
        }
        if (!files.exists(file)) {
            throw notFound("program '" + ByteText.shown(file) + "' not found; check its path");
        }
        refusal(file).ifPresent(failure -> {
            throw failure;
        });
    }

    private Optional<CommandFailure> refusal(String file) {
        String shown = "'" + ByteText.shown(file) + "'";
        if (files.isDirectory(file)) {
            return Optional.of(notExecutable(shown + " is a directory; give a program"));
        }
        if (!files.isExecutable(file)) {
            return Optional.of(
                    notExecutable(shown + " is not executable; 'chmod +x' it, or run it by its interpreter"));
        }
        return Optional.empty();
    }

    private static CommandFailure notFound(String message) {
        return new CommandFailure(ExitCode.NOT_FOUND, message);
    }

    private static CommandFailure notExecutable(String message) {
        return new CommandFailure(ExitCode.NOT_EXECUTABLE, message);
    }
}
