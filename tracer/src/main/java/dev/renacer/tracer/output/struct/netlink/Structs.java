// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct.netlink;

import dev.renacer.tracer.output.struct.netlink.Tables.Field;
import dev.renacer.tracer.output.struct.netlink.Tables.Struct;
import java.util.List;

/** Writes structs field by field. */
final class Structs {
    private Structs() {}

    /**
     * Writes the struct that a message begins with, at least its first field.
     *
     * @return whether it is there as a whole
     */
    static boolean head(StringBuilder out, Struct struct, Part payload, Context context) {
        List<Field> fields = struct.fields();
        field(out.append('{'), fields.getFirst(), payload, context);
        boolean whole = payload.length() >= struct.size() && payload.isRead(struct.size());
        // Of some the other fields have no meaning.
        if (whole) {
            rest(out, fields, struct.size(), payload, context);
        } else if (fields.size() > 1) {
            out.append(", ...");
        }
        out.append('}');
        return whole || fields.size() == 1;
    }

    /**
     * Writes a struct: as much of it as there is in one of the sizes that it can have.
     *
     * @return false if there is less of it
     */
    static boolean write(StringBuilder out, Struct struct, Part value, Context context) {
        int size = value.length() >= struct.size() ? struct.size() : 0;
        for (int index = 0; size == 0 && index < struct.sizes().size(); index++) {
            size = value.length() == struct.sizes().get(index) ? value.length() : 0;
        }
        if (size == 0) {
            return false;
        }
        if (!value.isRead(size)) {
            out.append("{...}");
            return true;
        }
        field(out.append('{'), struct.fields().getFirst(), value, context);
        rest(out, struct.fields(), size, value, context);
        out.append('}');
        return true;
    }

    private static void rest(StringBuilder out, List<Field> fields, int size, Part value, Context context) {
        for (int index = 1; index < fields.size(); index++) {
            if (fields.get(index).offset() < size) {
                field(out.append(", "), fields.get(index), value, context);
            }
        }
    }

    private static void field(StringBuilder out, Field field, Part value, Context context) {
        out.append(field.name()).append('=');
        Kind kind = field.kind();
        Part part = kind.size() == 0 ? value.from(field.offset()) : value.part(field.offset(), kind.size());
        if (!Values.write(out, kind, part, context)) {
            part.hexadecimal(out);
        }
    }
}
