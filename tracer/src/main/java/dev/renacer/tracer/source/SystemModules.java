// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.source;

import java.util.regex.Pattern;

/** Files of the C library and its like, by their names: every call goes through them, and none is a user's own. */
final class SystemModules {
    private static final Pattern NAME = Pattern.compile("(?:ld-linux|ld-musl|ld64|ld)[-.].*"
            + "|lib(?:c|m|pthread|dl|rt|util|resolv|nsl|anl|stdc\\+\\+|gcc_s|c\\+\\+|c\\+\\+abi|nss_\\w+)[-.].*"
            + "|libc\\.musl-.*");

    private SystemModules() {}

    static boolean contains(String path) {
        return NAME.matcher(path.substring(path.lastIndexOf('/') + 1)).matches();
    }
}
