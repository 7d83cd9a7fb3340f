// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.redact;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * The entries of a folder as getdents(2) and getdents64(2) give them: two words, the length of the record, in the newer form the
 * type, the name up to a NUL; the older form has the type in the last byte. Numbers are little-endian.
 */
public final class FolderEntries {
    /** What records are a multiple of. */
    private static final int ALIGNMENT = 8;

    private static final int BYTE = 0xff;

    private final Redactor redactor;
    private final int length; // where that of a record is
    private final boolean old;

    /**
     * @param word  size of each of the two words, in bytes: 8 in the newer form
     * @param old   whether it is the older form
     */
    public FolderEntries(Redactor redactor, int word, boolean old) {
        this.redactor = redactor;
        this.length = 2 * word;
        this.old = old;
    }

    /** The entries with their names without secrets: the same array if there are none. A record at the end that is cut stays out then. */
    public byte[] redacted(byte[] entries) {
        ByteArrayOutputStream all = new ByteArrayOutputStream(entries.length);
        boolean changed = false;
        int at = 0;
        while (at + length + Short.BYTES < entries.length) {
            int size = (entries[at + length] & BYTE) | (entries[at + length + 1] & BYTE) << Byte.SIZE;
            if (size <= nameAt() || at + size > entries.length) {
                break;
            }
            byte[] entry = Arrays.copyOfRange(entries, at, at + size);
            byte[] name = name(entry);
            byte[] shown = redactor.path(name, false);
            boolean secret = !Arrays.equals(name, shown);
            all.writeBytes(secret ? with(entry, shown) : entry);
            changed |= secret;
            at += size;
        }
        return changed ? all.toByteArray() : entries;
    }

    private int nameAt() {
        return length + Short.BYTES + (old ? 0 : 1);
    }

    private byte[] name(byte[] entry) {
        int end = nameAt();
        while (end < entry.length && entry[end] != 0) {
            end++;
        }
        return Arrays.copyOfRange(entry, nameAt(), end);
    }

    private byte[] with(byte[] entry, byte[] name) {
        int needed = nameAt() + name.length + (old ? 2 : 1);
        byte[] made = Arrays.copyOf(entry, nameAt());
        made = Arrays.copyOf(made, (needed + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
        made[length] = (byte) made.length;
        made[length + 1] = (byte) (made.length >> Byte.SIZE);
        System.arraycopy(name, 0, made, nameAt(), name.length);
        if (old) {
            made[made.length - 1] = entry[entry.length - 1];
        }
        return made;
    }
}
