// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

//! Has Datadog's crate publish what a thread works for, and looks for files that say by their names when. With "load" 16
//! threads do so for 100 requests each, and the names of the files are the ids.

use libdd_otel_thread_ctx::linux::OwnedThreadContext;

fn look(when: &str) {
    let _ = std::fs::metadata(format!("/nonexistent/{when}"));
}

fn requests(thread: u8) {
    for request in 0..100 {
        let (mut trace, mut span) = ([thread + 1; 16], [request + 1; 8]);
        (trace[15], span[7]) = (request, thread);
        OwnedThreadContext::update(trace, span, 1, [0; 8], &[]);
        let hex = |id: &[u8]| id.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        look(&format!("{}-{}", hex(&trace), hex(&span)));
        std::thread::sleep(std::time::Duration::from_millis(1));
        look(&format!("{}-{}", hex(&trace), hex(&span)));
    }
    drop(OwnedThreadContext::detach());
}

fn main() {
    if std::env::args().any(|argument| argument == "load") {
        let threads: Vec<_> = (0..16).map(|thread| std::thread::spawn(move || requests(thread))).collect();
        threads.into_iter().for_each(|thread| thread.join().expect("the thread has ended"));
        return;
    }
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
