// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.export;

import java.util.List;

/** A way in which a collector can fail, and what a person is told of it. */
enum CollectorFault {
    NONE,
    SLOW,
    HANGING("did not answer in time", "look at it"),
    RESETTING("reset", "its log may say why"),
    TOO_MANY_REQUESTS("HTTP 429", "give it more room"),
    UNAVAILABLE("HTTP 503", "give it more room"),
    BAD_REQUEST("HTTP 400", "its own log says why"),
    HALF_OPEN("did not answer in time", "look at it"),
    EXPIRED_CERTIFICATE("certificate has expired (NotAfter: ", "have it renewed"),
    WRONG_AUTHORITY("unable to find valid certification path", "--otlp-ca"),
    UNKNOWN_HOST("cannot resolve collector.invalid", "check host and port"),
    NOBODY("Connection refused", "check host and port"),
    PLAIN_WHERE_TLS_IS_EXPECTED("does not speak TLS", "write http://"),
    TLS_WHERE_PLAIN_IS_EXPECTED("wants TLS", "write https://"),
    TOO_LARGE,
    /** As a Collector answers that limits requests by confighttp's max_request_body_size. */
    BAD_REQUEST_AS_TOO_LARGE;

    private final String cause;
    private final String nextStep;

    /** A fault of which nothing is to be told. */
    CollectorFault() {
        this("", "");
    }

    /**
     * @param cause     what the one message says of it
     * @param nextStep  what it says to do
     */
    CollectorFault(String cause, String nextStep) {
        this.cause = cause;
        this.nextStep = nextStep;
    }

    /** What the one message holds; empty if there is to be none. */
    List<String> told() {
        return cause.isEmpty() ? List.of() : List.of(cause, nextStep);
    }
}
