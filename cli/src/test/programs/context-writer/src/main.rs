// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

//! Has Datadog's crate publish what a thread works for, and looks for files that say by their names when.

use libdd_otel_thread_ctx::linux::OwnedThreadContext;

fn look(when: &str) {
    let _ = std::fs::metadata(format!("/nonexistent/{when}"));
}

fn main() {
    look("before");
    OwnedThreadContext::update([0xaa; 16], [0xbb; 8], 1, [0x11; 8], &[]);
    look("within");
    let other = std::thread::spawn(|| {
        look("other");
        OwnedThreadContext::new([0xcc; 16], [0xdd; 8], 1, [0x22; 8], &[]).attach();
        look("other-within");
        drop(OwnedThreadContext::detach());
    });
    other.join().expect("the other thread has ended");
    drop(OwnedThreadContext::detach());
    look("after");
}
