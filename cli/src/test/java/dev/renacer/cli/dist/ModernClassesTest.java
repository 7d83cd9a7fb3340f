// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ModernClassesTest {
    @TempDir
    Path folder = Path.of("");

    private Path jar = Path.of("");

    @BeforeEach
    void copyPicocli() throws IOException, URISyntaxException {
        Path own = Path.of(CommandLine.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        jar = Files.copy(own, folder.resolve("picocli.jar"));
    }

    @Test
    void oldClassesBecomeYoungAndStayWhatTheyAre() throws Exception {
        List<String> before = names();
        assertTrue(ModernClasses.renew(jar));
        assertEquals(before, names());
        try (JarFile file = new JarFile(jar.toFile())) {
            assertTrue(file.stream().filter(ModernClassesTest::isClass).allMatch(entry -> version(file, entry) >= 53));
        }
        // Each method is verified when its class is linked.
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
            for (String name : names()) {
                if (name.startsWith("picocli/CommandLine") && name.endsWith(".class")) {
                    Class.forName(name.replace('/', '.').replaceFirst("\\.class$", ""), true, loader);
                }
            }
        }
    }

    @Test
    void whatIsYoungIsLeftAsItIs() throws IOException {
        assertTrue(ModernClasses.renew(jar));
        byte[] renewed = Files.readAllBytes(jar);
        assertFalse(ModernClasses.renew(jar));
        assertEquals(-1, Arrays.mismatch(renewed, Files.readAllBytes(jar)));
    }

    private List<String> names() throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream().map(JarEntry::getName).toList();
        }
    }

    private static boolean isClass(JarEntry entry) {
        return entry.getName().endsWith(".class");
    }

    private static int version(JarFile file, JarEntry entry) {
        try (DataInputStream in = new DataInputStream(file.getInputStream(entry))) {
            in.skipNBytes(6);
            return in.readUnsignedShort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
