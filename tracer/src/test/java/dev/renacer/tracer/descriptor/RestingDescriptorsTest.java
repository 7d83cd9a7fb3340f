// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceEvent.Origin;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is said while threads are not traced, and afterwards. */
class RestingDescriptorsTest extends DescriptorsFixture {
    @Test
    void whileAThreadRestsOnlyTheCallItselfIsBelieved() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(CallFixture.call("chdir").string(0, "/srv"), 1, 2);
        tell(open("/a", 3), 10, 20);
        rest(SHELL, 9, 30);

        tell(CallFixture.call("read").args(3), 40, 50); // the resting thread may have put something else there
        assertThat(name(0)).isEmpty();
        tell(open("data", 4), 60, 70); // and may have changed the working directory
        assertThat(result()).isEmpty();
        tell(open("/b", 5), 80, 90);
        assertThat(result()).isEqualTo("</b>");
        tell(CallFixture.call("read").args(5), 100, 110);
        assertThat(name(0)).isEmpty();
        assertThat(lookups).isEmpty();
    }

    @Test
    void afterARestWhatIsOpenIsLookedUpAsAtAnAttach() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("/a", 3), 10, 20);
        rest(SHELL, 9, 30);
        watch(SHELL, 9, 1_000);
        tell(CallFixture.call("read").args(3), 1_010, 1_020);
        assertThat(name(0)).isEmpty();
        proc.now.put(3, new Descriptor.File("/put/there/unseen", false));
        proc.folder = Optional.of(new Descriptor.File("/tmp", false));
        look(1_100);

        tell(CallFixture.call("read").args(3), 3_000, 3_010);
        assertThat(name(0)).isEqualTo("</put/there/unseen>");
        tell(open("x", 4), 3_020, 3_030);
        assertThat(result()).isEqualTo("</tmp/x>");
    }

    @Test
    void anAnswerOfBeforeOrDuringARestDoesNotCountAfterwards() {
        proc.now.put(3, new Descriptor.File("/before", false));
        start(SHELL, 0, Origin.ATTACHED);
        look(10);
        rest(SHELL, 9, 30);
        watch(SHELL, 9, 40);
        lookups.clear(); // nothing is read after the rest
        tell(CallFixture.call("read").args(3), 3_000, 3_010);

        assertThat(name(0)).isEmpty();
    }

    @Test
    void aCallThatBeganBeforeTheEndOfARestIsNotToldByWhatCameAfter() {
        start(SHELL, 0, Origin.LAUNCHED);
        rest(SHELL, 9, 30);
        tell(CallFixture.call("getpid"), 900, 1_000); // reported before the end of the rest, which was before it
        watch(SHELL, 9, 950);
        proc.now.put(3, new Descriptor.File("/after", false));
        look(1_100);
        tell(CallFixture.call("read").args(3), 970, 3_000);

        assertThat(name(0)).isEmpty();
    }

    @Test
    void aTableIsWatchedAgainWhenNoThreadOfItRests() {
        start(SHELL, 0, Origin.LAUNCHED);
        rest(SHELL, 9, 30);
        rest(SHELL, 10, 40);
        watch(SHELL, 9, 50);
        tell(open("/a", 3), 60, 70);
        tell(CallFixture.call("read").args(3), 80, 90);
        assertThat(name(0)).isEmpty();
        descriptors.onEvent(new TraceEvent.ThreadExited(SHELL, at(100), 10));
        tell(open("/b", 4), 110, 120);
        tell(CallFixture.call("read").args(4), 130, 140);

        assertThat(name(0)).isEqualTo("</b>");
    }

    @Test
    void aRestOfOneProcessIsOneOfAllThatShareItsDescriptors() {
        start(SHELL, 0, Origin.LAUNCHED);
        fork(25);
        tell(CallFixture.call("clone").args(0x400).returns(8), 22, 30);
        rest(CHILD, 8, 40);
        tell(open("/a", 3), 50, 60);
        tell(CallFixture.call("read").args(3), 70, 80);
        assertThat(name(0)).isEmpty();
        watch(CHILD, 8, 90);
        tell(open("/b", 4), 100, 110);
        tell(CallFixture.call("read").args(4), 120, 130);

        assertThat(name(0)).isEqualTo("</b>");
    }

    @Test
    void aRestOfOneProcessIsNoneOfItsChildWithDescriptorsOfItsOwn() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("/a", 3), 10, 20);
        fork(25);
        tell(CallFixture.call("clone").returns(8), 22, 30);
        rest(SHELL, 7, 40);
        tell(CallFixture.call("read").process(CHILD).thread(8).args(3), 50, 60);

        assertThat(name(0)).isEqualTo("</a>");
    }

    @Test
    void aChildMadeWithoutBeingSeenMayShareUntilItExecutesAProgram() {
        start(SHELL, 0, Origin.LAUNCHED);
        rest(SHELL, 7, 10);
        fork(25);
        watch(SHELL, 7, 40);
        tell(open("/a", 3), 50, 60);
        tell(CallFixture.call("read").process(CHILD).thread(8).args(3), 70, 80);
        assertThat(name(0)).isEmpty();
        tell(CallFixture.call("close").process(CHILD).thread(8).args(3), 90, 100);
        tell(CallFixture.call("read").args(3), 110, 120);
        assertThat(name(0)).isEmpty();
        descriptors.onEvent(new TraceEvent.ProgramExecuted(CHILD, at(130)));
        tell(open("/b", 3), 140, 150);
        tell(CallFixture.call("read").args(3), 160, 170);
        assertThat(name(0)).isEqualTo("</b>");
        tell(open("/c", 4).process(CHILD).thread(8), 180, 190);
        tell(CallFixture.call("read").process(CHILD).thread(8).args(4), 200, 210);

        assertThat(name(0)).isEqualTo("</c>");
    }

    @Test
    void anIoUringThatWasMadeWithoutBeingSeenMayChangeDescriptorsToo() {
        start(SHELL, 0, Origin.LAUNCHED);
        rest(SHELL, 7, 10);
        watch(SHELL, 7, 40);
        proc.now.put(3, new Descriptor.Anonymous("[io_uring]"));
        proc.now.put(4, new Descriptor.File("/a", false));
        look(50);
        tell(CallFixture.call("read").args(4), 3_000, 3_010);

        assertThat(name(0)).isEmpty();
    }

    @Test
    void execEndsTheRestsOfTheThreadsItEnds() {
        start(SHELL, 0, Origin.LAUNCHED);
        rest(SHELL, 9, 10);
        descriptors.onEvent(new TraceEvent.ProgramExecuted(SHELL, at(20)));
        tell(open("/a", 3), 30, 40);
        tell(CallFixture.call("read").args(3), 50, 60);
        assertThat(name(0)).isEqualTo("</a>");
        rest(SHELL, 9, 70);
        descriptors.onEvent(new TraceEvent.ProgramExecuted(SHELL, at(80)));
        rest(SHELL, 7, 80); // the thread that rested has executed it
        tell(open("/b", 4), 90, 100);
        tell(CallFixture.call("read").args(4), 110, 120);

        assertThat(name(0)).isEmpty();
    }

    @Test
    void aRestWhoseBeginWasLostMakesTheTableBeginAgain() {
        start(SHELL, 0, Origin.LAUNCHED);
        tell(open("/a", 3), 10, 20);
        watch(SHELL, 9, 40);
        tell(CallFixture.call("read").args(3), 50, 60);

        assertThat(name(0)).isEmpty();
    }
}
