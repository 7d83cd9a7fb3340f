// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.sink;

import dev.renacer.crds.NodeTraceSpec.Sink;
import dev.renacer.crds.Reason;
import dev.renacer.crds.UserText;
import dev.renacer.nodeagent.refusal.LogText;
import dev.renacer.nodeagent.refusal.RefusedException;
import dev.renacer.tracer.export.settings.OtlpSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The credentials of sinks: one folder for each below a common root, mounted from Secrets of the agent's own namespace.
 * A NodeTrace only names the folder; its content is sent only to the sink, and only to the endpoint that the folder's
 * file {@code endpoint} names, if there is one. Values appear in no log, status or exception.
 */
public final class SinkCredentials {
    private static final Logger LOG = LoggerFactory.getLogger(SinkCredentials.class);
    /** A folder's name in Kubernetes' form for names: it cannot lead out of the root. */
    private static final Pattern FOLDER = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");
    /** How old the values read may be; kubelet itself takes up to a minute to deliver a changed Secret. */
    private static final long REREAD_NANOS = Duration.ofSeconds(2).toNanos();

    private final Path root;
    private final OtlpSettings common;
    private final LongSupplier nanoTime;

    /**
     * @param root      where the folders are mounted
     * @param common    the settings common to all sinks; contains no credentials
     * @param nanoTime  a clock like {@link System#nanoTime()}
     */
    public SinkCredentials(Path root, OtlpSettings common, LongSupplier nanoTime) {
        this.root = root;
        this.common = common;
        this.nanoTime = nanoTime;
    }

    /**
     * The settings of a sink, from its folder's files as they are at the time of each call; files that are temporarily
     * unusable count as unchanged. The supplier throws IllegalArgumentException when the credentials are no longer for
     * this endpoint.
     *
     * @throws RefusedException if the sink cannot be used with the current files
     */
    Supplier<OtlpSettings> settings(Sink sink) throws RefusedException {
        String folder = sink.credentials();
        if (folder == null || folder.isEmpty()) {
            return () -> common;
        }
        if (!FOLDER.matcher(folder).matches() || folder.contains("..")) {
            throw refused(
                    sink, "'" + UserText.printable(folder) + "' cannot be a folder's name; correct the TraceSink");
        }
        Path path = root.resolve(folder);
        if (!Files.isDirectory(path)) {
            throw refused(
                    sink,
                    "they are not mounted in the node agent (" + path + " is missing): create the Secret in the agent's"
                            + " namespace and name it in the chart's value sinks." + folder + ".secretName");
        }
        try {
            return new Watched(sink, path, CredentialFolder.read(path, sink.endpoint()));
        } catch (CredentialFolder.UnusableException e) {
            throw refused(sink, LogText.of(e));
        }
    }

    private static RefusedException refused(Sink sink, String why) {
        return new RefusedException(Reason.ExportFailed, of(sink) + ": " + why);
    }

    private static String of(Sink sink) {
        return "sink " + UserText.printable(sink.name()) + ", credentials "
                + UserText.printable(String.valueOf(sink.credentials()));
    }

    /** Reads the folder again once its values are some seconds old. */
    private final class Watched implements Supplier<OtlpSettings> {
        private final Sink sink;
        private final Path path;
        private CredentialFolder current;
        private long readAt;
        private Optional<String> foreign = Optional.empty();
        private boolean complained;

        Watched(Sink sink, Path path, CredentialFolder first) {
            this.sink = sink;
            this.path = path;
            this.current = first;
            this.readAt = nanoTime.getAsLong();
        }

        @Override
        public synchronized OtlpSettings get() {
            long now = nanoTime.getAsLong();
            if (now - readAt >= REREAD_NANOS) {
                readAt = now;
                reread();
            }
            if (foreign.isPresent()) {
                throw new IllegalArgumentException(foreign.get());
            }
            return current.settings(common);
        }

        private void reread() {
            try {
                CredentialFolder latest = CredentialFolder.read(path, sink.endpoint());
                if (!latest.sameAs(current)) {
                    LOG.info("{}: changed, used from now on", of(sink));
                }
                current = latest;
                foreign = Optional.empty();
                complained = false;
            } catch (CredentialFolder.ForeignEndpointException e) {
                foreign = Optional.of(of(sink) + ": " + e.getMessage());
            } catch (CredentialFolder.UnusableException e) {
                if (!complained) {
                    LOG.warn("{}: {}; the previous ones stay in use", of(sink), e.getMessage());
                }
                complained = true;
            }
        }
    }
}
