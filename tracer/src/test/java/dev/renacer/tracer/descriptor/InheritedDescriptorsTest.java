// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceEvent.Origin;
import dev.renacer.tracer.TracedProcess;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a new process has of its creator. */
class InheritedDescriptorsTest extends DescriptorsFixture {
    @Test
    void aForkedChildHasWhatItsCreatorHad() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("/log", 3), 10, 20);
        fork(25);
        tell(CallFixture.call("clone").returns(8), 22, 30);
        tell(CallFixture.call("close").args(3), 40, 50);
        tell(CallFixture.call("write").args(3).process(CHILD).thread(8), 60, 70);

        assertThat(name(0)).isEqualTo("</log>");
    }

    @Test
    void aChildThatIsReportedLateHasWhatItsCreatorHadAtTheFork() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("/first", 3), 10, 20);
        tell(CallFixture.call("clone").returns(8), 22, 30);
        tell(CallFixture.call("close").args(3), 40, 50);
        tell(open("/second", 3), 51, 52);
        fork(60);
        tell(CallFixture.call("write").args(3).process(CHILD).thread(8), 61, 70);

        assertThat(name(0)).isEqualTo("</first>");
    }

    @Test
    void aSecondChildMayBeReportedBeforeTheFirst() {
        TracedProcess second = process(9, 7);
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("/first", 3), 10, 20);
        tell(CallFixture.call("clone").returns(8), 22, 30);
        tell(CallFixture.call("close").args(3), 40, 50);
        tell(open("/second", 3), 51, 52);
        descriptors.onEvent(new TraceEvent.ProcessStarted(second, at(55), Origin.FORKED, 7, 7));
        tell(CallFixture.call("clone").returns(9), 53, 56);
        fork(60);
        tell(CallFixture.call("write").args(3).process(CHILD).thread(8), 61, 70);
        assertThat(name(0)).isEqualTo("</first>");
        tell(CallFixture.call("write").args(3).process(second).thread(9), 71, 80);
        assertThat(name(0)).isEqualTo("</second>");
    }

    @Test
    void whatAnotherThreadChangedDuringTheForkIsNotKnownOfTheChild() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("/first", 3), 10, 20);
        tell(CallFixture.call("close").args(3).thread(9), 24, 25);
        tell(CallFixture.call("open").string(0, "/second").returns(3).thread(9), 26, 27);
        fork(28);
        tell(CallFixture.call("clone").returns(8), 22, 30);
        tell(CallFixture.call("write").args(3).process(CHILD).thread(8), 61, 70);

        assertThat(name(0)).isEmpty();
    }

    @Test
    void aProcessWhoseCreatorIsNotKnownHasNothingOfItsParent() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("/log", 3), 10, 20);
        descriptors.onEvent(new TraceEvent.ProcessStarted(CHILD, at(25), Origin.FORKED));
        tell(CallFixture.call("write").args(3).process(CHILD).thread(8), 60, 70);

        assertThat(name(0)).isEmpty();
    }

    @Test
    void childrenThatShareTheTableSeeEachOthersChanges() {
        start(SHELL, 0, Origin.LAUNCHED);
        fork(25);
        tell(CallFixture.call("clone").args(0x400).returns(8), 22, 30);
        tell(
                CallFixture.call("open")
                        .string(0, "/shared")
                        .returns(3)
                        .process(CHILD)
                        .thread(8),
                40,
                50);
        tell(CallFixture.call("read").args(3), 60, 70);
        assertThat(name(0)).isEqualTo("</shared>");
        tell(CallFixture.call("unshare").args(0x400).process(CHILD).thread(8), 80, 90);
        tell(CallFixture.call("close").args(3).process(CHILD).thread(8), 91, 92);
        tell(CallFixture.call("read").args(3), 100, 110);
        assertThat(name(0)).isEqualTo("</shared>");
    }

    @Test
    void aChildInItsOwnNamespaceThatIsReportedLateHasWhatItsCreatorHad() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("/data", 3), 1, 2);
        tell(CallFixture.call("unshare").args(0x2000_0000), 3, 4);
        tell(CallFixture.call("clone").args(17).returns(8), 5, 6);
        TracedProcess first = new TracedProcess(8, 1, 7, "demo", Optional.empty());
        descriptors.onEvent(new TraceEvent.ProcessStarted(first, at(7), Origin.FORKED, 7, 7));
        tell(CallFixture.call("read").args(3).process(first).thread(8), 10, 20);

        assertThat(name(0)).isEqualTo("</data>");
    }
}
