// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import java.util.concurrent.CountDownLatch;

/** A process like the operator's in which something goes wrong that no code can handle; {@link OperatorMainIT} runs it. */
final class DyingProcess {
    private DyingProcess() {}

    public static void main(String[] arguments) throws InterruptedException {
        OperatorMain.endWithAnyThread();
        new Thread(arguments[0].equals("memory") ? DyingProcess::fill : DyingProcess::fail, "worker").start();
        new CountDownLatch(1).await();
    }

    private static void fail() {
        throw new IllegalStateException("out of luck");
    }

    private static void fill() {
        byte[][] all = new byte[4096][];
        try {
            for (int i = 0; i < all.length; i++) {
                all[i] = new byte[1 << 20];
            }
        } catch (OutOfMemoryError e) {
            // As a library does that catches everything: the option must not leave it to us.
            System.out.println("caught " + e);
        }
    }
}
