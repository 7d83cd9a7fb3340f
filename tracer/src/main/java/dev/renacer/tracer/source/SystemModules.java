// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.source;

import java.util.regex.Pattern;

/** Recognizes, by their names, files that are not a user's own. */
final class SystemModules {
    private static final Pattern NAME = Pattern.compile("(?:ld-linux|ld-musl|ld64|ld)[-.].*"
            + "|lib(?:c|m|pthread|dl|rt|util|resolv|nsl|anl|stdc\\+\\+|gcc_s|c\\+\\+|c\\+\\+abi|nss_\\w+)[-.].*"
            + "|libc\\.musl-.*");

    private static final Pattern RUNTIME =
            Pattern.compile("node(?:js)?|libnode\\..*|python3(?:\\.\\d+)?\\w*|libpython3.*"
                    + "|java|lib(?:jvm|java|jli|jimage|nio|net|extnet|zip|verify|management)\\.so");

    private SystemModules() {}

    /** Whether it is the C library or similar: every call goes through these. */
    static boolean contains(String path) {
        return NAME.matcher(path.substring(path.lastIndexOf('/') + 1)).matches();
    }

    /**
     * Whether it runs programs of another language (Node, CPython, a JVM): such a program's own code is in no mapped
     * file.
     */
    static boolean isRuntime(String path) {
        return path.contains("/lib-dynload/")
                || RUNTIME.matcher(path.substring(path.lastIndexOf('/') + 1)).matches();
    }
}
