// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// For each byte read so many writes that V8 compiles what makes them.
const fs = require('fs');
const byte = Buffer.alloc(1);

function greet() {
  fs.writeSync(1, 'x');
}

while (fs.readSync(0, byte) === 1) {
  for (let i = 0; i < 2000; i++) {
    greet();
  }
}
