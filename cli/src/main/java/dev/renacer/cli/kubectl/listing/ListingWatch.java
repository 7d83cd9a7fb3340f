// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.listing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.renacer.cli.kubectl.api.ApiFailures;
import dev.renacer.cli.kubectl.api.RawApi;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.PrintWriter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Lists objects and then hands on each that changes, until it is stopped. It outlives a watch that the server ends, a version
 * that the server has forgotten (410: it lists again), and an API server that is away for a while; unlike kubectl, which ends then.
 * {@link #stop} may be called from any thread, all else from one.
 */
public final class ListingWatch {
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int GONE = 410;
    private static final int SERVER_ERROR = 500;
    private static final long FIRST_PAUSE_MILLIS = 500;
    private static final long LONGEST_PAUSE_MILLIS = 15_000;

    private final RawApi api;
    private final String path;
    private final ChangePrinter printer;
    private final PrintWriter notices;
    /** Done once the user, the reader of the output or a failure ends it. */
    private final CompletableFuture<Integer> end = new CompletableFuture<>();

    /**
     * @param path     of the collection, as {@link RawApi#get} takes it
     * @param notices  told when the API server does not answer for a while
     */
    public ListingWatch(RawApi api, String path, ChangePrinter printer, PrintWriter notices) {
        this.api = api;
        this.path = path;
        this.printer = printer;
        this.notices = notices;
    }

    /** Ends it; nothing is printed any more. */
    public void stop(int exitCode) {
        end.complete(exitCode);
    }

    /**
     * Prints until it is ended.
     *
     * @return the exit code that {@link #stop} was given; 0 if nobody reads the output any more
     * @throws dev.renacer.cli.CommandFailure if the API server refuses, or if it cannot be reached at the beginning
     */
    public int await() throws InterruptedException {
        // A read of a connection cannot be interrupted, so it is left behind with its thread.
        Thread.ofPlatform().daemon().name("listing-watch").start(this::run);
        try {
            return end.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        }
    }

    private void run() {
        try {
            ApiFailures.explained(api.server(), () -> {
                follow(list());
                return 0;
            });
        } catch (RuntimeException e) {
            end.completeExceptionally(e);
        }
    }

    private void follow(String listed) throws InterruptedException {
        String version = listed;
        long pause = FIRST_PAUSE_MILLIS;
        boolean away = false;
        while (!ended(pause)) {
            String before = version;
            try {
                version = version.isEmpty() ? list() : watch(version);
            } catch (KubernetesClientException e) {
                if (e.getCode() == GONE) {
                    version = "";
                } else if (e.getCode() > 0 && e.getCode() != TOO_MANY_REQUESTS && e.getCode() < SERVER_ERROR) {
                    throw e;
                } else if (!away && !end.isDone()) {
                    away = true;
                    notices.println(ApiFailures.explain(api.server(), e) + "; trying again");
                }
            }
            away &= version.equals(before);
            pause = version.equals(before) ? Math.min(2 * pause, LONGEST_PAUSE_MILLIS) : FIRST_PAUSE_MILLIS;
        }
    }

    /** Waits that long at most. */
    private boolean ended(long millis) throws InterruptedException {
        try {
            end.get(millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            return true;
        }
    }

    /** Returns the version that the list shows. */
    private String list() throws InterruptedException {
        JsonNode list = api.get(path, printer.accept());
        print(list, false);
        return list.path("metadata").path("resourceVersion").asText();
    }

    /** Returns the last version seen, once the server ends the watch. */
    private String watch(String since) throws InterruptedException {
        String[] version = {since};
        api.stream(
                path + "?watch=true&allowWatchBookmarks=true&timeoutSeconds=" + RawApi.STREAM_SECONDS
                        + "&resourceVersion=" + since,
                printer.accept(),
                event -> version[0] = handle(event, version[0]));
        return version[0];
    }

    private String handle(JsonNode event, String before) {
        JsonNode object = event.path("object");
        String type = event.path("type").asText();
        if (type.equals("ERROR")) {
            throw refusal(object);
        }
        if (!type.equals("BOOKMARK")) {
            print(object, type.equals("DELETED"));
        }
        String version = ChangePrinter.version(object);
        return version.isEmpty() ? before : version;
    }

    private void print(JsonNode objects, boolean deleted) {
        if (!end.isDone() && !printer.print(objects, deleted)) {
            end.complete(0);
        }
    }

    private static KubernetesClientException refusal(JsonNode object) {
        try {
            Status status = RawApi.MAPPER.treeToValue(object, Status.class);
            int code = status.getCode() == null ? 0 : status.getCode();
            return new KubernetesClientException(status.getMessage(), code, status);
        } catch (JsonProcessingException e) {
            return new KubernetesClientException("the watch ended with what is not a status: " + e.getMessage(), e);
        }
    }
}
