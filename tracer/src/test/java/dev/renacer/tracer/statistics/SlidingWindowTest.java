// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class SlidingWindowTest {
    @Test
    void hasTheMeanAndDeviationOfTheLastOnes() {
        SlidingWindow window = new SlidingWindow(4);
        for (long value : new long[] {1_000_000, 2, 4, 4, 6}) {
            window.add(value);
        }

        assertThat(window.mean()).isEqualTo(4);
        assertThat(window.deviation()).isCloseTo(Math.sqrt(8.0 / 3), within(1e-12));
    }

    @Test
    void staysExactHoweverLargeValuesComeAndGo() {
        Random random = new Random(6);
        int size = 100;
        SlidingWindow window = new SlidingWindow(size);
        Deque<Long> last = new ArrayDeque<>();
        for (int index = 0; index < 20_000; index++) {
            long value = random.nextInt(50) == 0 ? random.nextLong(1L << 48) : 1_000_000 + random.nextInt(3);
            window.add(value);
            last.add(value);
            if (last.size() > size) {
                last.remove();
            }
            if (index % 97 == 0 && last.size() > 1) {
                assertThat(window.deviation()).isCloseTo(deviation(last), Percentage.withPercentage(1e-9));
            }
        }
    }

    @Test
    void theLargestWindowHoldsTheLargestValues() {
        SlidingWindow window = new SlidingWindow(SlidingWindow.MOST);
        Deque<Long> all = new ArrayDeque<>();
        for (int index = 0; index < SlidingWindow.MOST; index++) {
            long value = (1L << 48) - 1 - index % 2;
            window.add(value);
            all.add(value);
        }

        assertThat(window.deviation()).isCloseTo(deviation(all), Percentage.withPercentage(1e-9));
    }

    @Test
    void ofFewerThanTwoThereIsNoDeviation() {
        SlidingWindow window = new SlidingWindow(10);
        assertThat(window.mean()).isZero();
        window.add(5);
        assertThat(window.mean()).isEqualTo(5);
        assertThat(window.deviation()).isZero();
    }

    @Test
    void refusesSizesForWhichItsSumsAreTooSmall() {
        assertThatThrownBy(() -> new SlidingWindow(SlidingWindow.MOST + 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static double deviation(Deque<Long> values) {
        BigInteger sum = BigInteger.ZERO;
        BigInteger squares = BigInteger.ZERO;
        for (long value : values) {
            BigInteger number = BigInteger.valueOf(value);
            sum = sum.add(number);
            squares = squares.add(number.multiply(number));
        }
        BigInteger count = BigInteger.valueOf(values.size());
        BigDecimal difference = new BigDecimal(count.multiply(squares).subtract(sum.multiply(sum)));
        BigDecimal divisor = new BigDecimal(count.multiply(count.subtract(BigInteger.ONE)));
        return difference
                .divide(divisor, MathContext.DECIMAL64)
                .sqrt(MathContext.DECIMAL64)
                .doubleValue();
    }
}
