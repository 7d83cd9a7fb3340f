// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.json;

import dev.renacer.tracer.source.CallStack;
import dev.renacer.tracer.source.SourceLocation;
import dev.renacer.tracer.syscall.Digits;

/** Where in a program something happened: the fields {@code source} and {@code stack}, each with a comma before it. */
final class PlaceFields {
    private PlaceFields() {}

    /** As in renacer-json-v1: file, line and function, each left out if it is unknown. */
    static void source(StringBuilder json, SourceLocation source) {
        String separator = "";
        json.append(",\"source\":{");
        if (source.file().isPresent()) {
            json.append("\"file\":");
            JsonText.write(json, source.file().get());
            if (source.line() != 0) {
                json.append(",\"line\":").append(source.line());
            }
            separator = ",";
        }
        if (source.function().isPresent()) {
            json.append(separator).append("\"function\":");
            JsonText.write(json, source.function().get());
        }
        json.append('}');
    }

    /** Beside that form: the frames, the innermost first, and why there are no more if the last is not the outermost. */
    static void stack(StringBuilder json, CallStack stack) {
        String separator = "";
        json.append(",\"stack\":[");
        for (CallStack.Frame frame : stack.frames()) {
            json.append(separator).append("{\"address\":\"");
            Digits.hex(json, frame.address());
            json.append('"');
            frame.file().ifPresent(file -> JsonText.write(json.append(",\"file\":"), file));
            if (frame.function().isPresent()) {
                JsonText.write(json.append(",\"function\":"), frame.function().get());
                json.append(",\"offset\":").append(frame.functionOffset());
            }
            json.append('}');
            separator = ",";
        }
        json.append(']');
        if (!stack.end().text().isEmpty()) {
            JsonText.write(json.append(",\"stack_end\":"), stack.end().text());
        }
    }
}
