// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.attribute;

import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.semconv.SchemaUrls;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The instrumentation scope of every span: Renacer and its version. */
public final class RenacerScope {
    /** The scope's name. */
    public static final String NAME = "dev.renacer";

    private static final String VERSION = readVersion();

    private static final InstrumentationScopeInfo INFO = InstrumentationScopeInfo.builder(NAME)
            .setVersion(VERSION)
            .setSchemaUrl(SchemaUrls.V1_45_0)
            .build();

    private RenacerScope() {}

    /** Renacer's version. */
    public static String version() {
        return VERSION;
    }

    /** The scope; always the same instance, since the exporter groups by identity. */
    public static InstrumentationScopeInfo info() {
        return INFO;
    }

    /** The scope in its former form. */
    @SuppressWarnings("deprecation") // SpanData still demands the old form
    public static io.opentelemetry.sdk.common.InstrumentationLibraryInfo library() {
        return io.opentelemetry.sdk.common.InstrumentationLibraryInfo.create(NAME, VERSION);
    }

    private static String readVersion() {
        try (InputStream stream = RenacerScope.class.getResourceAsStream("version.properties")) {
            if (stream == null) {
                throw new IllegalStateException("version.properties is missing beside " + RenacerScope.class.getName());
            }
            Properties properties = new Properties();
            properties.load(stream);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException("version.properties is not readable", e);
        }
    }
}
