// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.source;

import dev.renacer.capture.UnwinderProcess;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Finds the separate debug file of a module, where gdb looks for it, below the target's own root. Its name comes from
 * the unwinder, which an attacker may have taken over: that can only choose among files with such names in such places,
 * and all it gets is the right to read one.
 */
final class DebugFiles {
    private static final String FOLDER = "/usr/lib/debug";
    private static final int SHORTEST_BUILD_ID = 2;

    private DebugFiles() {}

    /** Paths to try, the most reliable first. */
    static List<String> candidates(String module, byte[] buildId, byte[] link) {
        List<String> paths = new ArrayList<>();
        if (buildId.length >= SHORTEST_BUILD_ID) {
            String hex = HexFormat.of().formatHex(buildId);
            paths.add(FOLDER + "/.build-id/" + hex.substring(0, 2) + '/' + hex.substring(2) + ".debug");
        }
        String name = new String(link, StandardCharsets.UTF_8);
        if (isPlainName(name)) {
            String folder = module.substring(0, module.lastIndexOf('/'));
            if (!module.equals(folder + '/' + name)) {
                paths.add(folder + '/' + name);
            }
            paths.add(folder + "/.debug/" + name);
            paths.add(FOLDER + folder + '/' + name);
        }
        return List.copyOf(paths);
    }

    /** Opens the first that exists; {@link UnwinderProcess#NO_FILE}: none. */
    static int open(ProgramCode code, String module, byte[] buildId, byte[] link) {
        for (String path : candidates(module, buildId, link)) {
            int file = UnwinderProcess.openInRoot(code.pid(), path, code.ownRoot());
            if (file != UnwinderProcess.NO_FILE) {
                return file;
            }
        }
        return UnwinderProcess.NO_FILE;
    }

    private static boolean isPlainName(String name) {
        return !name.isEmpty()
                && !name.equals(".")
                && !name.equals("..")
                && name.indexOf('/') < 0
                && name.indexOf('\0') < 0;
    }
}
