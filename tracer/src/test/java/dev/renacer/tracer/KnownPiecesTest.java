// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.capture.ring.EventKind;
import dev.renacer.capture.ring.SyntheticRing;
import dev.renacer.tracer.CapturedData.Part;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KnownPiecesTest {
    private static final byte[] LONG = new byte[257];
    private static final int MANY = 50_000;

    private final SyntheticRing ring = new SyntheticRing(1 << 16, 1 << 22);
    private final KnownPieces pieces = new KnownPieces();

    @Test
    void aPieceThatComesAgainIsTheSameObject() {
        for (int time = 0; time < 4; time++) {
            ring.event(EventKind.CALL).string(1, "/etc/ld.so.cache").publish();
        }

        List<CapturedData> seen = all();

        assertThat(seen.get(0)).isNotSameAs(seen.get(1)); // what comes once is not kept
        assertThat(seen.get(2)).isSameAs(seen.get(1));
        assertThat(seen.get(3)).isSameAs(seen.get(1));
        assertThat(seen).allSatisfy(piece -> {
            assertThat(piece.argument()).isEqualTo(1);
            assertThat(piece.text()).isEqualTo("/etc/ld.so.cache");
        });
    }

    @Test
    void whatDiffersInAnythingButItsBytesIsAnother() {
        byte[] bytes = {1, 2, 3};
        for (int time = 0; time < 3; time++) {
            ring.event(EventKind.CALL).piece(1, bytes, false).publish();
            ring.event(EventKind.CALL).piece(2, bytes, false).publish();
            ring.event(EventKind.CALL).piece(1, bytes, true).publish();
            ring.event(EventKind.CALL).written(1, bytes).publish();
            ring.event(EventKind.CALL).part(1, 1, 0, bytes).publish();
            ring.event(EventKind.CALL).part(1, 1, 7, bytes).publish();
            ring.event(EventKind.CALL).piece(1, new byte[] {1, 2}, false).publish();
            ring.event(EventKind.CALL).piece(1, new byte[0], false).publish();
            ring.event(EventKind.CALL).unreadable(1).publish();
        }

        List<CapturedData> last = all().subList(18, 27);

        assertThat(last).extracting(CapturedData::argument).containsExactly(1, 2, 1, 1, 1, 1, 1, 1, 1);
        assertThat(last)
                .extracting(CapturedData::cut)
                .containsExactly(false, false, true, false, false, false, false, false, false);
        assertThat(last)
                .extracting(CapturedData::atExit)
                .containsExactly(false, false, false, true, false, false, false, false, false);
        assertThat(last)
                .extracting(CapturedData::part)
                .startsWith(Part.DATA, Part.DATA, Part.DATA, Part.DATA, Part.ELEMENT, Part.ELEMENT, Part.DATA);
        assertThat(last).extracting(CapturedData::index).containsExactly(0, 0, 0, 0, 0, 7, 0, 0, 0);
        assertThat(last).extracting(piece -> piece.bytes().length).containsExactly(3, 3, 3, 3, 3, 3, 2, 0, 0);
        assertThat(last).extracting(CapturedData::error).containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 14);
    }

    @Test
    void aLongPieceIsNotKept() {
        for (int time = 0; time < 3; time++) {
            ring.event(EventKind.CALL).piece(1, LONG, false).publish();
        }

        List<CapturedData> seen = all();

        assertThat(seen.get(2)).isNotSameAs(seen.get(1));
        assertThat(seen.get(2).bytes()).isEqualTo(LONG);
    }

    @Test
    void moreThanThereIsRoomForAreAllRight() {
        for (int time = 0; time < MANY; time++) {
            ring.event(EventKind.CALL).string(0, "/part" + time % 10_000).publish();
        }

        List<CapturedData> seen = all();

        for (int time = 0; time < MANY; time++) {
            assertThat(seen.get(time).text()).isEqualTo("/part" + time % 10_000);
        }
    }

    @Test
    void whatTakesTurnsIsKept() {
        for (int time = 0; time < 40; time++) {
            ring.event(EventKind.CALL).string(0, "/part" + time % 10).publish();
        }

        List<CapturedData> seen = all();

        for (int time = 30; time < 40; time++) {
            assertThat(seen.get(time)).isSameAs(seen.get(time - 10));
        }
    }

    @Test
    void thePiecesOfACallMayBeKnownEachByItself() {
        for (int time = 0; time < 3; time++) {
            ring.event(EventKind.CALL).string(0, "/a").string(1, "/b").publish();
            ring.event(EventKind.CALL).string(1, "/b").publish();
        }
        List<CapturedData> second = new ArrayList<>();
        List<List<CapturedData>> alone = new ArrayList<>();
        ring.ring()
                .drain(
                        event -> {
                            if (event.pieceCount() == 2) {
                                second.add(pieces.of(event, 1));
                            } else {
                                alone.add(pieces.alone(event));
                            }
                        },
                        Integer.MAX_VALUE);

        assertThat(alone.get(2)).isSameAs(alone.get(1));
        assertThat(alone.get(2)).containsExactly(second.get(2));
    }

    /** The first piece of each event. */
    private List<CapturedData> all() {
        List<CapturedData> all = new ArrayList<>();
        ring.ring().drain(event -> all.addAll(pieces.alone(event)), Integer.MAX_VALUE);
        return all;
    }
}
