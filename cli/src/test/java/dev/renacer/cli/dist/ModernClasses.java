// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.dist;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Enumeration;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/**
 * Gives the classes of a jar the version of Java 17's where theirs is older than Java 6's, and changes nothing else. An AOT cache holds no
 * class of an older version (cds/dumptime in HotSpot's systemDictionaryShared.cpp, "Pre JDK 6 class not supported"), and picocli, which
 * each command line begins with, is compiled for Java 5. Part of the build.
 */
final class ModernClasses {
    private static final int VERSION = ClassFile.JAVA_17_VERSION;

    private ModernClasses() {}

    /** Arguments: the folder with the jars; how the names of the jars to change begin. */
    public static void main(String[] args) throws IOException {
        try (var jars = Files.newDirectoryStream(Path.of(args[0]), args[1] + "*.jar")) {
            for (Path jar : jars) {
                renew(jar);
            }
        }
    }

    /** Whether there was something to change. */
    static boolean renew(Path jar) throws IOException {
        FileTime time = Files.getLastModifiedTime(jar);
        Path renewed = jar.resolveSibling(jar.getFileName() + ".new");
        boolean changed = false;
        try (JarFile before = new JarFile(jar.toFile());
                JarOutputStream after = new JarOutputStream(Files.newOutputStream(renewed))) {
            for (Enumeration<JarEntry> entries = before.entries(); entries.hasMoreElements(); ) {
                JarEntry entry = entries.nextElement();
                byte[] content = before.getInputStream(entry).readAllBytes();
                Optional<byte[]> written = entry.getName().endsWith(".class") ? renewed(content) : Optional.empty();
                changed |= written.isPresent();
                JarEntry copy = new JarEntry(entry.getName());
                copy.setTime(entry.getTime());
                after.putNextEntry(copy);
                after.write(written.orElse(content));
                after.closeEntry();
            }
        }
        if (changed) {
            Files.setLastModifiedTime(renewed, time);
            Files.move(renewed, jar, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } else {
            Files.delete(renewed);
        }
        return changed;
    }

    /** Empty if the class is young enough. */
    private static Optional<byte[]> renewed(byte[] bytes) {
        ClassFile files = ClassFile.of(ClassFile.StackMapsOption.GENERATE_STACK_MAPS);
        ClassModel model = files.parse(bytes);
        if (model.majorVersion() >= ClassFile.JAVA_6_VERSION) {
            return Optional.empty();
        }
        return Optional.of(files.transformClass(
                model,
                ClassTransform.dropping(ClassFileVersion.class::isInstance)
                        .andThen(ClassTransform.endHandler(builder -> builder.withVersion(VERSION, 0)))
                        // Code is read and written anew, with the stack maps that newer versions need.
                        .andThen(ClassTransform.transformingMethodBodies((code, element) -> code.with(element)))));
    }
}
