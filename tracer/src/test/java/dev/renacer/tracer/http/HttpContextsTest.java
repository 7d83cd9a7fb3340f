// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.http;

import static dev.renacer.tracer.http.Traffic.request;
import static dev.renacer.tracer.http.Traffic.response;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** For which request calls are told to be made, and where that is not known. */
class HttpContextsTest {
    private static final String NONE = "none";
    private static final int THREAD = 101;
    private static final int OTHER = 102;
    private static final int FD = 7;
    private static final int FD2 = 8;

    private final Traffic traffic = new Traffic();

    @Test
    void aThreadThatWaitsForItsConnectionWorksOnItsRequestUntilItIsAnswered() {
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo(NONE);
        assertThat(traffic.receives(THREAD, FD, request(5))).as("it has waited").isEqualTo(NONE);
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo("5");
        assertThat(traffic.calls("openat", OTHER, -100)).isEqualTo(NONE);
        assertThat(traffic.sends(THREAD, FD, response("Content-Length: 10"))).isEqualTo("5");
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo("5");
        assertThat(traffic.sendsUnseen(THREAD, FD, 10)).isEqualTo("5");
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo(NONE);
        assertThat(traffic.calls("close", THREAD, FD)).isEqualTo(NONE);
    }

    @Test
    void theNextRequestOfTheConnectionIsAnotherOne() {
        traffic.receives(THREAD, FD, request(5));
        traffic.sends(THREAD, FD, response("Content-Length: 2") + "ok");
        assertThat(traffic.receives(THREAD, FD, request(6))).isEqualTo(NONE);
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo("6");
        traffic.sends(THREAD, FD, response("Content-Length: 0"));
        traffic.receives(THREAD, FD, request(0));
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo(NONE);
    }

    @Test
    void aResponseWithoutALengthIsOverWhenTheThreadWaitsForMore() {
        traffic.receives(THREAD, FD, request(5));
        traffic.sends(THREAD, FD, response("Transfer-Encoding: chunked"));
        assertThat(traffic.sendsUnseen(THREAD, FD, 100)).isEqualTo("5");
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo("5");
        assertThat(traffic.receives(THREAD, FD, request(6))).isEqualTo(NONE);
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo("6");
        traffic.sends(THREAD, FD, response("Transfer-Encoding: chunked"));
        assertThat(traffic.callsInVain("recvfrom", THREAD, FD)).isEqualTo(NONE);
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo(NONE);
    }

    @Test
    void theBodyBelongsToItsRequestAndWhatIsInItIsNotBelieved() {
        traffic.receives(THREAD, FD, request(5, "Content-Length: " + request(9).length()));
        assertThat(traffic.receives(THREAD, FD, request(9))).isEqualTo("5");
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo("5");
    }

    @Test
    void theBodyInChunksBelongsToItsRequestAndNothingIsBelievedBehindIt() {
        traffic.receives(THREAD, FD, request(5, "Transfer-Encoding: chunked"));
        assertThat(traffic.receives(THREAD, FD, request(9))).isEqualTo("5");
        traffic.sends(THREAD, FD, response("Content-Length: 0"));
        traffic.receives(THREAD, FD, request(9));
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo(NONE);
    }

    @Test
    void aHeadMayComeInPiecesOfAnySize() {
        String head = request(5);
        for (int cut = 1; cut < head.length(); cut++) {
            Traffic pieces = new Traffic();
            pieces.receives(THREAD, FD, head.substring(0, cut));
            assertThat(pieces.calls("openat", THREAD, -100)).isEqualTo(NONE);
            pieces.receives(THREAD, FD, head.substring(cut));
            assertThat(pieces.calls("openat", THREAD, -100))
                    .as("cut at %d", cut)
                    .isEqualTo("5");
        }
    }

    @Test
    void pipelinedRequestsAreWorkedOnInTheirOrder() {
        traffic.receives(THREAD, FD, request(5) + request(6) + request(7));
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo("5");
        assertThat(traffic.sends(THREAD, FD, response("Content-Length: 0"))).isEqualTo("5");
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo("6");
        traffic.sends(THREAD, FD, response("Content-Length: 3") + "abc");
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo("7");
        traffic.sends(THREAD, FD, response("Content-Length: 0"));
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo(NONE);
    }

    @Test
    void ofPipelinedRequestsWithAResponseOfUnknownLengthNothingMoreIsTold() {
        traffic.receives(THREAD, FD, request(5) + request(6));
        traffic.sends(THREAD, FD, response("Transfer-Encoding: chunked"));
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo(NONE);
        traffic.receives(THREAD, FD, request(7));
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo(NONE);
    }

    @Test
    void aThreadThatServesManyConnectionsIsToldOnlyOnTheConnections() {
        traffic.nonBlocking();
        traffic.receives(THREAD, FD, request(5));
        traffic.receives(THREAD, FD2, request(6));
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo(NONE);
        assertThat(traffic.callsInVain("recvfrom", THREAD, FD)).isEqualTo("5");
        assertThat(traffic.calls("setsockopt", THREAD, FD2)).isEqualTo("6");
        assertThat(traffic.sends(OTHER, FD2, response("Content-Length: 0"))).isEqualTo("6");
        assertThat(traffic.calls("setsockopt", THREAD, FD2)).isEqualTo(NONE);
        assertThat(traffic.sends(THREAD, FD, response("Content-Length: 0"))).isEqualTo("5");
    }

    @Test
    void anotherThreadsWorkIsNotToldByTheOneThatReceived() {
        traffic.receives(THREAD, FD, request(5));
        assertThat(traffic.sends(OTHER, FD, response("Content-Length: 4"))).isEqualTo("5");
        assertThat(traffic.calls("openat", OTHER, -100)).isEqualTo(NONE);
    }

    @Test
    void aThreadThatAcceptsWorksForNobody() {
        traffic.receives(THREAD, FD, request(5));
        assertThat(traffic.accepts(THREAD, FD2)).isEqualTo(NONE);
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo(NONE);
    }

    @Test
    void aClosedConnectionHasNoRequestAndItsNumberIsAnotherOneLater() {
        traffic.receives(THREAD, FD, request(5));
        assertThat(traffic.calls("close", THREAD, FD)).isEqualTo("5");
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo(NONE);
        assertThat(traffic.calls("read", THREAD, FD)).isEqualTo(NONE);
        traffic.receives(THREAD, FD, request(6));
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo("6");
    }

    @Test
    void aRequestThatIsSentNamesTheSpanOfItsConnectionOnly() {
        traffic.receives(THREAD, FD, request(5));
        assertThat(traffic.sends(THREAD, FD2, request(6))).isEqualTo("6");
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo("5");
        assertThat(traffic.receives(THREAD, FD2, response("Content-Length: 3") + "abc"))
                .isEqualTo("6");
        assertThat(traffic.calls("setsockopt", THREAD, FD2)).isEqualTo("5");
        assertThat(traffic.sends(THREAD, FD2, request(0)))
                .as("without a span of its own")
                .isEqualTo("5");
        assertThat(traffic.sends(THREAD, FD, response("Content-Length: 0"))).isEqualTo("5");
        assertThat(traffic.calls("setsockopt", THREAD, FD2)).isEqualTo(NONE);
    }

    @Test
    void anInterimResponseIsNotTheAnswer() {
        traffic.receives(THREAD, FD, request(5, "Content-Length: 2"));
        traffic.sends(THREAD, FD, "HTTP/1.1 100 Continue\r\n\r\n");
        assertThat(traffic.receivesUnseen(THREAD, FD, 2)).isEqualTo("5");
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo("5");
        traffic.sends(THREAD, FD, response("Content-Length: 0"));
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo(NONE);
    }

    @Test
    void aResponseToHeadHasNoBodyWhateverItSays() {
        traffic.receives(THREAD, FD, request(5).replace("GET", "HEAD"));
        traffic.sends(THREAD, FD, response("Content-Length: 100"));
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo(NONE);
    }

    @Test
    void whatOnlyLooksLikeARequestIsNone() {
        assertThat(new Traffic().files().receives(THREAD, FD, request(5))).isEqualTo(NONE);
        Traffic files = new Traffic().files();
        files.receives(THREAD, FD, request(5));
        assertThat(files.calls("openat", THREAD, -100)).isEqualTo(NONE);
        traffic.receives(
                THREAD,
                FD,
                "GET me a beer\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\r\n");
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo(NONE);
    }

    @Test
    void aLookAheadIsNoTransfer() {
        assertThat(traffic.peeks(THREAD, FD, request(5))).isEqualTo(NONE);
        traffic.receives(THREAD, FD, request(5));
        traffic.sends(THREAD, FD, response("Content-Length: 0"));
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo(NONE);
    }

    @Test
    void afterLostEventsNothingIsToldOfTheConnectionsThatThereWere() {
        traffic.receives(THREAD, FD, request(5));
        traffic.contexts.lose();
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo(NONE);
        traffic.receives(THREAD, FD, request(6));
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo(NONE);
        traffic.accepts(OTHER, FD);
        traffic.receives(THREAD, FD, request(7));
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo("7");
    }

    @Test
    void anotherProgramHasOtherConnections() {
        traffic.receives(THREAD, FD, request(5));
        traffic.contexts.forget(Traffic.PID);
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo(NONE);
        assertThat(traffic.calls("setsockopt", THREAD, FD)).isEqualTo(NONE);
    }

    @Test
    void aNumberThatBecomesSomethingElseIsNoConnectionAnyMore() {
        traffic.receives(THREAD, FD, request(5));
        traffic.calls("dup2", OTHER, 3, FD);
        assertThat(traffic.calls("setsockopt", THREAD, FD)).isEqualTo(NONE);
        traffic.receives(THREAD, FD2, request(6));
        assertThat(traffic.calls("close_range", THREAD, FD2, FD2)).isEqualTo("6");
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo(NONE);
    }

    @Test
    void connectionsThatCannotBeFollowedAreCounted() {
        traffic.receives(THREAD, FD, request(5));
        traffic.sendsUnseen(THREAD, FD, 100);
        traffic.sendsUnseen(THREAD, FD, 100);
        assertThat(traffic.missing).containsOnly(Map.entry(RequestGap.UNFOLLOWED, 1L));
        assertThat(traffic.contexts.missing(RequestGap.UNFOLLOWED)).isOne();
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo(NONE);
    }

    @Test
    void moreConnectionsThanAProgramNeedsAreNotFollowed() {
        for (int fd = 0; fd < 8_193; fd++) {
            traffic.nonBlocking().receives(THREAD, 1_000 + fd, request(5));
        }
        assertThat(traffic.missing).containsEntry(RequestGap.EXCESS, 1L);
    }

    @Test
    void encryptedConnectionsAreCounted() {
        traffic.receives(THREAD, FD, "\u0016\u0003\u0001\u0000@\u0001");
        traffic.sends(THREAD, FD2, "\u0016\u0003\u0001\u0000@\u0001");
        assertThat(traffic.contexts.missing(RequestGap.ENCRYPTED))
                .as("those that are served")
                .isOne();
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo(NONE);
    }

    /** As OpenSSL reads: the head of each record alone. */
    @Test
    void anEncryptedConnectionIsCountedOnceHoweverItIsRead() {
        String head = "\u0016\u0003\u0001\u0002\u0000";
        traffic.receives(THREAD, FD, head);
        traffic.receives(THREAD, FD, head);
        assertThat(traffic.contexts.missing(RequestGap.ENCRYPTED)).isOne();
        traffic.sends(THREAD, FD2, head + "\u0001");
        traffic.receives(THREAD, FD2, head);
        assertThat(traffic.contexts.missing(RequestGap.ENCRYPTED))
                .as("this one asks")
                .isOne();
        traffic.calls("close", THREAD, FD);
        traffic.receives(THREAD, FD, head);
        assertThat(traffic.contexts.missing(RequestGap.ENCRYPTED))
                .as("another connection")
                .isEqualTo(2);
    }

    @Test
    void aHeadThatContradictsItselfEndsIt() {
        for (String bad : new String[] {
            request(5, "Content-Length: 2", "Content-Length: 3"),
            request(5, "Content-Length: 2", "Transfer-Encoding: chunked"),
            request(5, "Content-Length: -1"),
            request(5, "Content-Length: 99999999999999999999"),
            request(5, " folded"),
            request(5, "Host : x\u0000", "no colon"),
        }) {
            Traffic one = new Traffic();
            one.receives(THREAD, FD, bad);
            assertThat(one.calls("openat", THREAD, -100)).as(bad).isEqualTo(NONE);
            one.receives(THREAD, FD, request(6));
            assertThat(one.calls("openat", THREAD, -100)).as(bad).isEqualTo(NONE);
        }
    }

    @Test
    void aHeadWithoutAnEndIsGivenUp() {
        traffic.receives(THREAD, FD, "GET / HTTP/1.1\r\n");
        for (int line = 0; line < 100; line++) {
            traffic.receives(THREAD, FD, "X-Filler: " + "x".repeat(1000) + "\r\n");
        }
        traffic.receives(THREAD, FD, "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\r\n");
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo(NONE);
    }

    @Test
    void aMalformedOrDoubledTraceparentSaysNothing() {
        String valid = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        for (String header : new String[] {
            "traceparent: 00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "traceparent: 00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "traceparent: ff" + valid.substring(2),
            "traceparent: " + valid + "-more",
            "traceparent: " + valid.toUpperCase(java.util.Locale.ROOT),
            "traceparent: " + valid + "\r\ntraceparent: " + valid,
            "traceparent: é",
        }) {
            Traffic one = new Traffic();
            one.receives(THREAD, FD, request(0, header));
            assertThat(one.calls("openat", THREAD, -100)).as(header).isEqualTo(NONE);
            one.sends(THREAD, FD, response("Content-Length: 0"));
            one.receives(THREAD, FD, request(6));
            assertThat(one.calls("openat", THREAD, -100)).as(header).isEqualTo("6");
        }
        traffic.receives(THREAD, FD, request(0, "TraceParent:01" + valid.substring(2) + "-of-later"));
        assertThat(traffic.calls("openat", THREAD, -100)).isNotEqualTo(NONE);
    }

    @Test
    void theFirstRequestOfAProcessShowsWhetherItsThreadsAnswerWhatTheyReceive() {
        Traffic unknown = Traffic.unknown();
        unknown.receives(THREAD, FD, request(5));
        assertThat(unknown.calls("openat", THREAD, -100)).isEqualTo(NONE);
        assertThat(unknown.sends(THREAD, FD, response("Content-Length: 2"))).isEqualTo("5");
        assertThat(unknown.calls("openat", THREAD, -100)).isEqualTo("5");
        assertThat(unknown.sends(THREAD, FD, "ok")).isEqualTo("5");
        unknown.receives(OTHER, FD2, request(6));
        assertThat(unknown.calls("openat", OTHER, -100)).isEqualTo("6");
    }

    @Test
    void whereAnotherThreadAnswersNoThreadIsBelievedAnyMore() {
        Traffic unknown = Traffic.unknown();
        unknown.receives(THREAD, FD, request(5));
        assertThat(unknown.calls("openat", THREAD, -100)).isEqualTo(NONE);
        assertThat(unknown.sends(OTHER, FD, response("Content-Length: 0"))).isEqualTo("5");
        traffic.receives(THREAD, FD, request(5));
        traffic.sends(OTHER, FD, response("Content-Length: 0"));
        for (Traffic handsOver : new Traffic[] {unknown, traffic}) {
            handsOver.receives(THREAD, FD, request(6));
            assertThat(handsOver.calls("openat", THREAD, -100)).isEqualTo(NONE);
            assertThat(handsOver.sends(THREAD, FD, response("Content-Length: 0")))
                    .isEqualTo("6");
            handsOver.receives(THREAD, FD, request(7));
            assertThat(handsOver.calls("openat", THREAD, -100)).isEqualTo(NONE);
        }
    }

    @Test
    void aThreadThatWaitsForSeveralDescriptorsIsNotBelieved() {
        for (String wait : new String[] {"select", "pselect6", "epoll_wait", "epoll_pwait"}) {
            Traffic one = new Traffic();
            one.calls(wait, THREAD, 9L, 0, 0, 0);
            one.receives(THREAD, FD, request(5));
            assertThat(one.calls("openat", THREAD, -100)).as(wait).isEqualTo(NONE);
            assertThat(one.sends(THREAD, FD, response("Content-Length: 0"))).isEqualTo("5");
        }
        traffic.calls("poll", THREAD, 0L, 2, 5);
        traffic.receives(THREAD, FD, request(5));
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo(NONE);
    }

    @Test
    void aThreadThatWaitsForOneDescriptorIsBelieved() {
        traffic.calls("poll", THREAD, 0L, 1, 5);
        traffic.receives(THREAD, FD, request(5));
        assertThat(traffic.calls("ppoll", THREAD, 0L, 1, 0)).isEqualTo("5");
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo("5");
    }

    @Test
    void aThreadThatAcceptsOneOfSeveralConnectionsWorksOnThatOne() {
        traffic.calls("select", THREAD, 9L, 0, 0, 0);
        traffic.accepts(THREAD, FD);
        traffic.receives(THREAD, FD, request(5));
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo("5");
        assertThat(traffic.calls("select", THREAD, 9L, 0, 0, 0)).isEqualTo("5");
        assertThat(traffic.calls("openat", THREAD, -100))
                .as("it may do anything now")
                .isEqualTo(NONE);
        traffic.receives(THREAD, FD2, request(6));
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo(NONE);
    }

    @Test
    void aThreadWithTwoOpenRequestsIsNotBelievedNorAreOthersOfItsProcess() {
        traffic.receives(THREAD, FD, request(5));
        traffic.receives(THREAD, FD2, request(6));
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo(NONE);
        traffic.receives(OTHER, FD2 + 1, request(7));
        assertThat(traffic.calls("openat", OTHER, -100)).isEqualTo(NONE);
    }

    @Test
    void aConnectionWithTwoDescriptorsIsNotFollowed() {
        for (long[] call : new long[][] {{FD, 1030, 0}, {FD, 0, 3}}) {
            Traffic one = new Traffic();
            one.receives(THREAD, FD, request(5));
            assertThat(one.calls("fcntl", THREAD, FD, 4, 0))
                    .as("other commands")
                    .isEqualTo("5");
            assertThat(one.calls("openat", THREAD, -100)).isEqualTo("5");
            one.calls("fcntl", THREAD, call);
            assertThat(one.calls("openat", THREAD, -100)).isEqualTo(NONE);
            assertThat(one.missing).containsOnly(Map.entry(RequestGap.DUPLICATED, 1L));
        }
        traffic.receives(THREAD, FD, request(5));
        traffic.calls("dup2", THREAD, FD, 1);
        assertThat(traffic.calls("openat", THREAD, -100)).isEqualTo(NONE);
    }

    @Test
    void whyAThreadsCallsStayUnderTheProcessIsCounted() {
        Traffic unknown = Traffic.unknown();
        unknown.receives(THREAD, FD, request(5));
        unknown.receives(OTHER, FD2, request(0));
        assertThat(unknown.missing).containsOnly(Map.entry(RequestGap.FIRST, 1L), Map.entry(RequestGap.UNNAMED, 1L));

        traffic.receives(THREAD, FD, request(5));
        assertThat(traffic.missing).as("it is told").isEmpty();
        traffic.calls("poll", OTHER, 0L, 2, 5);
        traffic.receives(OTHER, FD2, request(6) + request(0) + request(7));
        assertThat(traffic.missing)
                .containsOnly(Map.entry(RequestGap.MULTIPLEXED, 2L), Map.entry(RequestGap.UNNAMED, 1L));
        traffic.sends(OTHER, FD, response("Content-Length: 0"));
        traffic.receives(THREAD, FD, request(8));
        assertThat(traffic.missing).containsEntry(RequestGap.HANDED_OVER, 1L);
        traffic.nonBlocking().receives(THREAD, FD2 + 1, request(9));
        assertThat(traffic.missing).containsEntry(RequestGap.MULTIPLEXED, 3L);
    }

    @Test
    void requestsThatTheProcessItselfSendsAreNotCounted() {
        traffic.sends(THREAD, FD, request(0));
        traffic.sends(THREAD, FD, request(5));
        assertThat(traffic.missing).isEmpty();
    }

    @Test
    void connectionsAreCountedOnceThatWereOpenWhileCallsWereNotSeen() {
        traffic.receives(THREAD, FD, request(5));
        traffic.receives(OTHER, FD2, request(6));
        traffic.calls("close", OTHER, FD2);
        traffic.contexts.lose(Traffic.PID);
        traffic.contexts.lose(Traffic.PID + 1);
        traffic.contexts.lose();
        assertThat(traffic.missing).containsOnly(Map.entry(RequestGap.UNWATCHED, 1L));
        traffic.contexts.forget(Traffic.PID);
        assertThat(traffic.missing).containsOnly(Map.entry(RequestGap.UNWATCHED, 1L));
    }
}
