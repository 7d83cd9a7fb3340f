// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.http;

import static dev.renacer.tracer.http.Frames.END_HEADERS;
import static dev.renacer.tracer.http.Frames.END_STREAM;
import static dev.renacer.tracer.http.Frames.data;
import static dev.renacer.tracer.http.Frames.frame;
import static dev.renacer.tracer.http.Frames.response;
import static dev.renacer.tracer.http.Frames.start;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** For which request of HTTP/2 calls are told to be made, and where that is not known. */
class Http2ContextsTest {
    private static final String NONE = "none";
    private static final int THREAD = 101;
    private static final int FD = 7;

    private final Traffic traffic = new Traffic();
    private final Frames client = new Frames();

    @Test
    void aCallOnTheConnectionIsMadeForTheOnlyRequestThatIsUnderWay() {
        assertThat(traffic.receives(THREAD, FD, start() + client.request(1, 5) + data(1, END_STREAM, 20)))
                .as("it has waited")
                .isEqualTo(NONE);
        assertThat(traffic.calls("setsockopt", THREAD, FD)).isEqualTo("5");
        assertThat(traffic.calls("openat", THREAD, -100))
                .as("never by the thread")
                .isEqualTo(NONE);
        assertThat(traffic.sends(THREAD, FD, response(1))).isEqualTo("5");
        assertThat(traffic.calls("setsockopt", THREAD, FD)).isEqualTo(NONE);
    }

    @Test
    void ofManyRequestsATransferIsMadeForTheOneWhoseFramesItHasAlone() {
        traffic.receives(THREAD, FD, start() + client.request(1, 5) + client.request(3, 6));
        assertThat(traffic.calls("setsockopt", THREAD, FD)).isEqualTo(NONE);
        assertThat(traffic.receives(THREAD, FD, data(3, 0, 30))).isEqualTo("6");
        assertThat(traffic.receives(THREAD, FD, data(1, END_STREAM, 3) + data(3, END_STREAM, 3)))
                .isEqualTo(NONE);
        assertThat(traffic.sends(THREAD, FD, data(1, 0, 4) + frame(Frames.PING, 0, 0, "12345678")))
                .isEqualTo("5");
        assertThat(traffic.sends(THREAD, FD, data(1, 0, 4) + data(3, 0, 4))).isEqualTo(NONE);
        assertThat(traffic.sends(THREAD, FD, frame(Frames.PING, 0, 0, "12345678")))
                .isEqualTo(NONE);
        assertThat(traffic.sends(THREAD, FD, response(1))).isEqualTo("5");
        assertThat(traffic.calls("setsockopt", THREAD, FD)).isEqualTo("6");
        assertThat(traffic.sends(THREAD, FD, Frames.reset(3))).isEqualTo("6");
        assertThat(traffic.calls("setsockopt", THREAD, FD)).isEqualTo(NONE);
    }

    @Test
    void aRequestThatTheProgramSendsIsTheOneOfItsCalls() {
        assertThat(traffic.sends(THREAD, FD, start() + client.request(1, 5))).isEqualTo("5");
        assertThat(traffic.sends(THREAD, FD, client.request(3, 6) + data(3, END_STREAM, 1)))
                .isEqualTo("6");
        assertThat(traffic.receives(THREAD, FD, frame(Frame.HEADERS, END_HEADERS, 3, "\u0088")))
                .isEqualTo("6");
        assertThat(traffic.sends(THREAD, FD, data(1, END_STREAM, 4))).isEqualTo("5");
        assertThat(traffic.receives(THREAD, FD, response(1))).isEqualTo("5");
    }

    @Test
    void laterBlocksReferToThoseBefore() {
        traffic.receives(THREAD, FD, start() + client.request(1, 5));
        traffic.sends(THREAD, FD, response(1) + data(1, 0, 1));
        traffic.receives(THREAD, FD, data(1, END_STREAM, 1));
        for (int stream = 3; stream < 400; stream += 2) {
            int number = 1 + stream % 7;
            traffic.receives(THREAD, FD, client.request(stream, number) + data(stream, END_STREAM, 5));
            assertThat(traffic.sends(THREAD, FD, response(stream))).isEqualTo(Integer.toString(number));
        }
    }

    @Test
    void framesMayComeInPiecesOfAnySize() {
        String block = client.block(5);
        String all = start()
                + frame(Frame.HEADERS, Frames.PADDED | Frames.PRIORITY, 1, "\3pppwx" + block.substring(0, 9) + "\0\0\0")
                + frame(Frame.CONTINUATION, 0, 1, "")
                + frame(Frame.CONTINUATION, END_HEADERS, 1, block.substring(9));
        for (int cut = 4; cut < all.length(); cut++) {
            Traffic pieces = new Traffic();
            pieces.receives(THREAD, FD, all.substring(0, cut));
            assertThat(pieces.calls("setsockopt", THREAD, FD)).isEqualTo(NONE);
            pieces.receives(THREAD, FD, all.substring(cut));
            assertThat(pieces.calls("setsockopt", THREAD, FD))
                    .as("cut at %d", cut)
                    .isEqualTo("5");
        }
    }

    @Test
    void bodiesArePassedOverByTheirLengthUnseen() {
        traffic.receives(THREAD, FD, start() + client.request(1, 5));
        String body = data(1, 0, 100_000);
        traffic.receives(THREAD, FD, body.substring(0, 5_000));
        assertThat(traffic.receivesUnseen(THREAD, FD, body.length() - 5_000)).isEqualTo("5");
        assertThat(traffic.receives(THREAD, FD, client.request(3, 6))).isEqualTo(NONE);
        assertThat(traffic.sends(THREAD, FD, response(3))).isEqualTo("6");
    }

    @Test
    void framesBehindLongBodiesAreSeen() {
        traffic.receives(THREAD, FD, start() + client.request(1, 5));
        assertThat(traffic.receives(THREAD, FD, data(1, 0, 16_384) + data(1, END_STREAM, 9_000)))
                .isEqualTo("5");
        traffic.receives(THREAD, FD, data(1, 0, 5_000) + client.request(3, 6) + data(3, END_STREAM, 70_000));
        assertThat(traffic.sends(THREAD, FD, data(3, 0, 20_000) + response(3))).isEqualTo("6");
        assertThat(traffic.sends(THREAD, FD, response(1))).isEqualTo("5");
    }

    @Test
    void aFileThatIsSentIsABody() {
        traffic.receives(THREAD, FD, start() + client.request(1, 5));
        traffic.sends(THREAD, FD, data(1, 0, 16_384).substring(0, 9));
        assertThat(traffic.sendsFile(THREAD, FD, 16_384)).isEqualTo("5");
        assertThat(traffic.sends(THREAD, FD, response(1))).isEqualTo("5");
    }

    @Test
    void whatTheCoreHasNotSeenEndsIt() {
        traffic.receives(THREAD, FD, start() + client.request(1, 5));
        traffic.sends(THREAD, FD, data(1, 0, 16_384).substring(0, 9));
        traffic.sendsUnknownToTheCore(THREAD, FD, 16_384);
        assertThat(traffic.sends(THREAD, FD, response(1)))
                .as("the core has taken this for the body and has kept something else")
                .isEqualTo(NONE);
        assertThat(traffic.calls("setsockopt", THREAD, FD)).isEqualTo(NONE);
    }

    @Test
    void afterAFrameWithMoreThanIsKeptNothingMoreIsTold() {
        traffic.receives(THREAD, FD, start() + client.request(1, 5));
        traffic.receives(THREAD, FD, frame(Frames.SETTINGS, 0, 0, "s".repeat(17_000)));
        assertThat(traffic.calls("setsockopt", THREAD, FD)).isEqualTo(NONE);
        traffic.receives(THREAD, FD, client.request(3, 6));
        assertThat(traffic.calls("setsockopt", THREAD, FD)).isEqualTo(NONE);
        assertThat(traffic.contexts.missing(RequestGap.UNFOLLOWED)).isEqualTo(1);
    }

    @Test
    void aConnectionThatTheCoreHasNoRoomForIsCounted() {
        traffic.beyondTheCoresRoom().receives(THREAD, FD, start() + client.request(1, 5));
        assertThat(traffic.calls("setsockopt", THREAD, FD)).isEqualTo(NONE);
        assertThat(traffic.missing).containsOnly(Map.entry(RequestGap.EXCESS, 1L));
    }

    @Test
    void itsRequestsMayBeSeveralAtOnce() {
        traffic.receives(THREAD, FD, start() + client.request(1, 5) + client.request(3, 0));
        assertThat(traffic.missing)
                .containsOnly(Map.entry(RequestGap.MULTIPLEXED, 1L), Map.entry(RequestGap.UNNAMED, 1L));
    }

    @Test
    void aStreamThatWasPassedOverEndsIt() {
        traffic.receives(THREAD, FD, start() + client.request(1, 5));
        client.request(3, 6);
        traffic.receives(THREAD, FD, client.request(5, 7));
        assertThat(traffic.calls("setsockopt", THREAD, FD)).isEqualTo(NONE);
        assertThat(traffic.sends(THREAD, FD, response(5))).isEqualTo(NONE);
    }

    @Test
    void aRequestThatNamesTwoSpansNamesNone() {
        String twice = client.block(5, "traceparent", "00-0af7651916cd43dd8448eb211c80319c-0000000000000006-01");
        traffic.receives(THREAD, FD, start() + frame(Frame.HEADERS, END_HEADERS, 1, twice));
        assertThat(traffic.calls("setsockopt", THREAD, FD)).isEqualTo(NONE);
        assertThat(traffic.receives(THREAD, FD, client.request(3, 6) + data(1, END_STREAM, 0)))
                .isEqualTo(NONE);
        assertThat(traffic.sends(THREAD, FD, response(3))).isEqualTo("6");
    }

    @Test
    void whatContradictsItselfIsNotFollowed() {
        for (String broken : new String[] {
            frame(Frame.CONTINUATION, END_HEADERS, 1, ""),
            frame(Frame.HEADERS, 0, 1, client.block(5)) + data(1, 0, 1),
            frame(Frame.HEADERS, 0, 1, client.block(5)) + frame(Frame.CONTINUATION, END_HEADERS, 3, ""),
            frame(Frame.HEADERS, END_HEADERS | Frames.PADDED, 1, "\u00ffabc"),
            frame(Frame.HEADERS, END_HEADERS | Frames.PADDED, 1, ""),
            frame(Frame.HEADERS, END_HEADERS, 1, "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff"),
            frame(Frame.HEADERS, END_HEADERS, 2, new Frames().block(5)),
            "\u00ff\u00ff\u00ff\1\4\0\0\0\1",
        }) {
            Traffic one = new Traffic();
            one.receives(THREAD, FD, start() + broken);
            one.receives(THREAD, FD, new Frames().request(1, 5));
            assertThat(one.calls("setsockopt", THREAD, FD)).isEqualTo(NONE);
        }
    }

    @Test
    void aBombOfHeadersAndAnEndlessBlockAreBounded() {
        traffic.receives(THREAD, FD, start() + frame(Frame.HEADERS, 0, 1, client.block(5)));
        for (int more = 0; more < 100; more++) {
            traffic.receives(THREAD, FD, frame(Frame.CONTINUATION, 0, 1, "\u00bf".repeat(1000)));
        }
        traffic.receives(THREAD, FD, frame(Frame.CONTINUATION, END_HEADERS, 1, ""));
        assertThat(traffic.calls("setsockopt", THREAD, FD)).isEqualTo(NONE);
        Traffic bomb = new Traffic();
        String entry = "@\1a\u007f\u00a1\u001e" + "v".repeat(4000); // a field of 4000 bytes, which is kept
        bomb.receives(THREAD, FD, start() + frame(Frame.HEADERS, 0, 1, entry));
        bomb.receives(THREAD, FD, frame(Frame.CONTINUATION, END_HEADERS, 1, "\u00be".repeat(4000)));
        assertThat(bomb.calls("setsockopt", THREAD, FD)).isEqualTo(NONE);
    }

    @Test
    void noBytesWhateverDoAnyHarm() {
        Random random = new Random(17);
        String all = start() + client.request(1, 5) + data(1, 0, 9) + client.request(3, 6);
        for (int round = 0; round < 3000; round++) {
            char[] bytes = all.toCharArray();
            for (int change = 0; change < 4; change++) {
                bytes[random.nextInt(4, bytes.length)] = (char) random.nextInt(256);
            }
            Traffic one = new Traffic();
            one.receives(THREAD, FD, new String(bytes));
            one.sends(THREAD, FD, response(1));
            assertThat(one.calls("openat", THREAD, -100)).isEqualTo(NONE);
        }
    }

    @Test
    void missingEventsEndItAndAClosedConnectionIsAnotherOneLater() {
        traffic.receives(THREAD, FD, start() + client.request(1, 5));
        traffic.contexts.lose(Traffic.PID);
        assertThat(traffic.calls("setsockopt", THREAD, FD)).isEqualTo(NONE);
        traffic.calls("close", THREAD, FD);
        traffic.receives(THREAD, FD, start() + new Frames().request(1, 8));
        assertThat(traffic.calls("close", THREAD, FD)).isEqualTo("8");
    }
}
