// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0
use std::io::Write;

fn greet() {
    let mut out = std::io::stdout();
    out.write_all(b"x\n").unwrap();
}

fn main() {
    greet();
}
