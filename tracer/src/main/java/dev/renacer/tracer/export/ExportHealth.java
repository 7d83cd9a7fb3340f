// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import java.util.Optional;
import java.util.function.Consumer;

/** Reports each failure once, and keeps the latest cause. Written by the export thread, read by any. */
final class ExportHealth {
    private static final System.Logger LOG = System.getLogger(ExportHealth.class.getPackageName());

    private final Consumer<ExportNotice> notices;
    private boolean reached;
    private boolean told;
    private volatile Optional<String> lastFailure = Optional.empty();

    ExportHealth(Consumer<ExportNotice> notices) {
        this.notices = notices;
    }

    Optional<String> lastFailure() {
        return lastFailure;
    }

    /** The collector's port answered. */
    void connected() {
        reached = true;
    }

    void succeeded() {
        reached = true;
        lastFailure = Optional.empty();
        if (told) {
            told = false;
            tell(new ExportNotice.Recovered());
        }
    }

    void failed(String cause) {
        lastFailure = Optional.of(cause);
        if (!told) {
            told = true;
            tell(reached ? new ExportNotice.ExportFailed(cause) : new ExportNotice.InitializationFailed(cause));
        }
    }

    private void tell(ExportNotice notice) {
        try {
            notices.accept(notice);
        } catch (RuntimeException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "this could not be reported: " + notice.message(),
                    e); // the export continues
        }
    }
}
