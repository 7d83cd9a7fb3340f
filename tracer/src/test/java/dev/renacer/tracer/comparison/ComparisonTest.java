// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.comparison;

import static dev.renacer.tracer.CallFixture.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.comparison.Difference.Kind;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static Comparison compare(TraceFixture before, TraceFixture after) {
        return Comparison.of(before.end(), after.end());
    }

    @Test
    void aTraceDoesNotDifferFromItself() {
        TraceFixture trace = new TraceFixture("demo").open("/etc/hosts", 9_000).fail("/nonexistent", "ENOENT");
        TraceFixture same = new TraceFixture("demo").open("/etc/hosts", 9_500).fail("/nonexistent", "ENOENT");

        assertThat(compare(trace, same).differences()).isEmpty();
    }

    @Test
    void anErrorThatWasNotThereBeforeIsFirst() {
        Comparison comparison = compare(
                new TraceFixture("demo").open("/etc/app.conf", 9_000).open("/etc/hosts", 9_000),
                new TraceFixture("demo").fail("/etc/app.conf", "EACCES").open("/etc/hosts", 9_000));

        assertThat(comparison.differences()).singleElement().satisfies(difference -> {
            assertThat(difference.kind()).isEqualTo(Kind.NEW_ERROR);
            assertThat(difference.errno()).isEqualTo(13);
            assertThat(difference.key().path()).isEqualTo("/etc/app.conf");
            assertThat(difference.after()).isEqualTo(1);
        });
    }

    @Test
    void anErrorOfCallsThatWereMadeBeforeTellsMoreThanMoreOfNewCalls() {
        TraceFixture after = new TraceFixture("demo").fail("/z", "EACCES");
        after.fail("/a", "EACCES").fail("/a", "EACCES");

        assertThat(compare(new TraceFixture("demo").open("/z", 9_000), after).of(Kind.NEW_ERROR))
                .extracting(difference -> difference.key().path())
                .containsExactly("/z", "/a");
    }

    @Test
    void anErrorThatIsGoneIsTold() {
        Comparison comparison = compare(
                new TraceFixture("demo").fail("/etc/app.conf", "EACCES"),
                new TraceFixture("demo").open("/etc/app.conf", 9_000));

        assertThat(comparison.differences()).extracting(Difference::kind).containsExactly(Kind.VANISHED_ERROR);
    }

    @Test
    void anErrorThatOnlySaysToTryAgainIsNone() {
        Comparison comparison = compare(
                new TraceFixture("demo")
                        .call(call("read").process(TraceFixture.root()).args(3)),
                new TraceFixture("demo")
                        .call(call("read").process(TraceFixture.root()).args(3).fails(11)));

        assertThat(comparison.of(Kind.NEW_ERROR)).isEmpty();
    }

    @Test
    void newAndVanishedCallsAreTold() {
        Comparison comparison = compare(
                new TraceFixture("demo").open("/etc/old.conf", 9_000),
                new TraceFixture("demo").open("/etc/new.conf", 9_000).open("/etc/new.conf", 9_000));

        assertThat(comparison.differences())
                .extracting(difference -> difference.kind() + " "
                        + difference.key().path() + " " + difference.before() + " " + difference.after())
                .containsExactly("new calls /etc/new.conf 0 2", "vanished calls /etc/old.conf 1 0");
    }

    @Test
    void namesThatDifferOnlyInNumbersAreTheSame() {
        Comparison comparison = compare(
                new TraceFixture("demo").open("/proc/4711/maps", 9_000).open("/tmp/x-3f9a0c77d2.tmp", 9_000),
                new TraceFixture("demo").open("/proc/99/maps", 9_000).open("/tmp/x-00ffe1a2b3c4.tmp", 9_000));

        assertThat(comparison.differences()).isEmpty();
    }

    @Test
    void aNewVersionOfTheProgramIsAlignedWithTheOldOne() {
        Comparison comparison = compare(
                new TraceFixture("app-old").open("/etc/hosts", 9_000),
                new TraceFixture("app-new").open("/etc/hosts", 9_000));

        assertThat(comparison.differences()).isEmpty();
    }

    @Test
    void theSameCallOfAnotherChildIsAnotherOne() {
        TraceFixture before = new TraceFixture("demo").fork(100, 101).exec(101, "sort");
        TraceFixture after = new TraceFixture("demo").fork(100, 102).exec(102, "uniq");
        before.call(call("getpid").process(TraceFixture.process(101, 100, "sort")));
        after.call(call("getpid").process(TraceFixture.process(102, 100, "uniq")));

        assertThat(compare(before, after).differences())
                .extracting(
                        difference -> difference.kind() + " " + difference.key().role())
                .containsExactly("new calls (program)/uniq", "vanished calls (program)/sort");
    }

    @Test
    void pidsAndTheOrderOfChildrenDoNotMatter() {
        TraceFixture before = new TraceFixture("demo").fork(100, 101).exec(101, "sort");
        before.call(call("getpid").process(TraceFixture.process(101, 100, "sort")));
        TraceFixture after =
                new TraceFixture("demo").fork(100, 555).fork(100, 444).exec(444, "sort");
        after.call(call("getpid").process(TraceFixture.process(444, 100, "sort")));

        assertThat(compare(before, after).differences()).isEmpty();
    }

    @Test
    void aShiftOfDurationsIsFoundWithItsMedians() {
        Random random = new Random(3);
        TraceFixture before = new TraceFixture("demo");
        TraceFixture after = new TraceFixture("demo");
        for (int index = 0; index < 200; index++) {
            before.open("/data", 100_000 + random.nextInt(20_000));
            after.open("/data", 150_000 + random.nextInt(20_000));
        }
        Comparison comparison = compare(before, after);

        assertThat(comparison.differences()).singleElement().satisfies(difference -> {
            assertThat(difference.kind()).isEqualTo(Kind.SLOWER);
            assertThat(difference.beforeNanos()).isCloseTo(110_000, within(1_500.0));
            assertThat(difference.afterNanos()).isCloseTo(160_000, within(1_500.0));
            assertThat(difference.growthPercent()).isCloseTo(45.5, within(2.0));
            assertThat(difference.p().orElseThrow()).isLessThan(1e-50);
        });
        assertThat(compare(after, before).differences())
                .extracting(Difference::kind)
                .containsExactly(Kind.FASTER);
    }

    @Test
    void durationsOfTheSameDistributionAreNoShiftHoweverManyCallsThereAre() {
        Random random = new Random(7);
        TraceFixture before = new TraceFixture("demo");
        TraceFixture after = new TraceFixture("demo");
        for (int group = 0; group < 200; group++) {
            String path = "/data/" + (char) ('a' + group % 26) + (char) ('a' + group / 26);
            for (int index = 0; index < 20; index++) {
                before.open(path, (long) Math.exp(11 + random.nextGaussian()));
                after.open(path, (long) Math.exp(11 + random.nextGaussian()));
            }
        }
        Comparison comparison = compare(before, after);

        assertThat(comparison.tests()).isEqualTo(200);
        assertThat(comparison.differences()).isEmpty();
    }

    @Test
    void oneOutlierIsNoShift() {
        TraceFixture before = new TraceFixture("demo");
        TraceFixture after = new TraceFixture("demo");
        for (int index = 0; index < 50; index++) {
            before.open("/data", 100_000 + index);
            after.open("/data", index == 0 ? 9_000_000_000L : 100_000 + index);
        }

        assertThat(compare(before, after).differences()).isEmpty();
    }

    @Test
    void waitingForSomethingToDoIsNotSlowness() {
        TraceFixture before = new TraceFixture("demo");
        TraceFixture after = new TraceFixture("demo");
        for (int index = 0; index < 50; index++) {
            before.call(call("epoll_wait").process(TraceFixture.root()).args(4).nanos(1_000_000));
            after.call(call("epoll_wait").process(TraceFixture.root()).args(4).nanos(90_000_000));
        }

        assertThat(compare(before, after).differences()).isEmpty();
    }

    @Test
    void otherCountsAreToldFromATenthOn() {
        TraceFixture before = new TraceFixture("demo");
        TraceFixture after = new TraceFixture("demo");
        for (int index = 0; index < 100; index++) {
            before.open("/a", 1_000).open("/b", 1_000);
            after.open("/a", 1_000).open("/b", 1_000);
        }
        for (int index = 0; index < 9; index++) {
            after.open("/a", 1_000);
        }
        for (int index = 0; index < 10; index++) {
            after.open("/b", 1_000);
        }

        assertThat(compare(before, after).differences())
                .extracting(
                        difference -> difference.kind() + " " + difference.key().path())
                .containsExactly("other counts /b");
    }

    @Test
    void callsOfOtherFunctionsAreOtherCallsIfBothTracesKnowThem() {
        Comparison comparison = compare(
                new TraceFixture("demo").openAt("load", "/etc/hosts", 9_000),
                new TraceFixture("demo").openAt("reload", "/etc/hosts", 9_000));

        assertThat(comparison.bySite()).isTrue();
        assertThat(comparison.differences())
                .extracting(
                        difference -> difference.kind() + " " + difference.key().site())
                .containsExactly("new calls reload (demo.c)", "vanished calls load (demo.c)");
    }

    @Test
    void functionsThatOnlyOneTraceKnowsDoNotMatter() {
        Comparison comparison = compare(
                new TraceFixture("demo").openAt("load", "/etc/hosts", 9_000).openAt("check", "/etc/hosts", 9_000),
                new TraceFixture("demo").open("/etc/hosts", 9_000).open("/etc/hosts", 9_000));

        assertThat(comparison.bySite()).isFalse();
        assertThat(comparison.differences()).isEmpty();
    }

    @Test
    void whatWasLostIsKnown() {
        TraceFixture trace = new TraceFixture("demo");
        trace.event(new TraceEvent.EventsLost(TraceFixture.root(), 0, 5));

        assertThat(trace.end().lost()).isEqualTo(5);
    }

    @Test
    void callsOfTooManyKindsAreCounted() {
        TraceFixture trace = new TraceFixture("demo");
        for (int index = 0; index < TraceProfile.MOST_GROUPS + 5; index++) {
            trace.open("/" + letters(index), 1_000);
        }

        assertThat(trace.end().ungrouped()).isEqualTo(5);
    }

    private static String letters(int number) {
        return "" + (char) ('a' + number % 26) + (char) ('a' + number / 26 % 26) + (char) ('a' + number / 676 % 26);
    }

    @Test
    void conditionsNameWhatTheyRefuse() throws Exception {
        Comparison comparison = compare(
                new TraceFixture("demo").open("/etc/app.conf", 9_000),
                new TraceFixture("demo").fail("/etc/app.conf", "EACCES").open("/etc/more.conf", 9_000));
        List<FailureCondition> conditions =
                FailureCondition.parse("new-errors,new-calls,vanished-calls,latency:20%,calls:12.5%");

        assertThat(conditions)
                .extracting(condition ->
                        condition + " " + condition.violations(comparison).size())
                .containsExactly("new-errors 1", "new-calls 1", "vanished-calls 0", "latency:20% 0", "calls:12.5% 0");
    }
}
