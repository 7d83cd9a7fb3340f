// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A busy Java program for tests: threads that compute, allocate and collect garbage, and check each result against one known
 * from before. Arguments: threads, rounds (0: until input ends). Says "ready", begins when told to, says "done" once its rounds
 * are over, ends with exit code 7 when its input ends, or 1 if a result was wrong.
 */
final class BusyMain {
    private static final int NUMBERS = 20_000;
    private static volatile boolean stopped;

    private BusyMain() {}

    public static void main(String[] args) throws IOException, InterruptedException, ExecutionException {
        int threads = Integer.parseInt(args[0]);
        int rounds = Integer.parseInt(args[1]);
        long expected = compute();
        System.out.println("ready");
        System.in.read();
        boolean right = true;
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<Boolean>> results = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                results.add(executor.submit(checking(rounds, expected)));
            }
            if (rounds == 0) {
                awaitEndOfInput();
                stopped = true;
            }
            for (Future<Boolean> result : results) {
                right &= result.get();
            }
        }
        System.out.println(right ? "done" : "wrong");
        awaitEndOfInput();
        System.exit(right ? 7 : 1);
    }

    private static Callable<Boolean> checking(int rounds, long expected) {
        return () -> {
            boolean right = true;
            for (int i = 0; !stopped && (rounds == 0 || i < rounds); i++) {
                right &= compute() == expected;
                if (i % 16 == 0) {
                    System.gc();
                }
            }
            return right;
        };
    }

    /** Fills and drains a map of boxed numbers: much garbage, one right answer. */
    private static long compute() {
        SplittableRandom random = new SplittableRandom(42);
        TreeMap<Long, String> map = new TreeMap<>();
        for (int i = 0; i < NUMBERS; i++) {
            long number = random.nextLong();
            map.put(number, Long.toString(number));
        }
        long sum = 0;
        for (var entry : map.entrySet()) {
            sum = 31 * sum + entry.getKey() + entry.getValue().length();
        }
        return sum;
    }

    private static void awaitEndOfInput() throws IOException {
        while (System.in.read() >= 0) {
            // whatever was typed
        }
    }
}
