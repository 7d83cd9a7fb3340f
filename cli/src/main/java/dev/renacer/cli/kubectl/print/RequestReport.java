// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.print;

import dev.renacer.crds.Renacer;
import dev.renacer.crds.TraceRequest;
import java.io.PrintWriter;

/** Says what was done to a request, in kubectl's manner. */
public final class RequestReport {
    private RequestReport() {}

    /** A line, or the object itself if {@code -o} asks for it. */
    public static void done(PrintWriter out, OutputFormat format, TraceRequest request, String what) {
        String name =
                "tracerequest." + Renacer.GROUP + "/" + request.getMetadata().getName();
        switch (format) {
            case JSON, YAML -> ObjectPrinter.print(out, format, request);
            case NAME -> out.println(name);
            case TEXT, WIDE -> out.println(name + " " + what);
        }
        out.flush();
    }
}
