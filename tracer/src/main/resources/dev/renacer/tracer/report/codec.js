// Reads the rows. The other half of ReportBlock.java, whose Section.java says what the sections are.

const SECTIONS = [
  'BASE', 'CALL_NAMES', 'ERRORS', 'PROCESSES', 'THREADS', 'ARGUMENTS', 'RESULTS', 'SUBJECTS', 'FRAMES', 'STACKS',
  'START', 'DURATION', 'THREAD', 'NAME', 'OUTCOME', 'ARGUMENT', 'RESULT', 'SUBJECT', 'BYTES', 'STACK',
  'EVENT_KIND', 'EVENT_TIME', 'EVENT_THREAD', 'EVENT_VALUE', 'EVENT_TEXT',
];
const EVENT_KINDS = [
  'started', 'executed', 'exited', 'killed', 'detached', 'signal', 'stopped', 'rested', 'lost', 'rest began',
];
const FLAG_BITS = 5;
const UNFINISHED = 1;
const LEFT = 2;
const IN_PROGRESS = 4;
const EXPECTED = 8;
const WAITED = 16;

class Numbers {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  get more() {
    return this.at < this.bytes.length;
  }

  next() {
    const bytes = this.bytes;
    let byte = bytes[this.at++];
    if (byte < 128) {
      return byte;
    }
    let value = byte & 127;
    let scale = 128;
    do {
      byte = bytes[this.at++];
      value += (byte & 127) * scale;
      scale *= 128;
    } while (byte >= 128);
    return value;
  }

  signed() {
    const value = this.next();
    if (value < 0x80000000) {
      return value >>> 1 ^ -(value & 1);
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}

function sectionsOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sections = {};
  let at = 0;
  for (const name of SECTIONS) {
    const length = view.getUint32(at, true);
    sections[name] = bytes.subarray(at + 4, at + 4 + length);
    at += 4 + length;
  }
  return sections;
}

// Many texts, kept as they came: a text is cut out when it is shown, and a search runs over whole pieces.
class Texts {
  constructor() {
    this.count = 0;
    this.pieces = [];
  }

  add(bytes) {
    if (bytes.length === 0) {
      return;
    }
    const text = UTF8.decode(bytes);
    let texts = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
      texts++;
    }
    const ends = new Uint32Array(texts);
    for (let index = 0, at = -1; index < texts; index++) {
      at = text.indexOf('\n', at + 1);
      ends[index] = at;
    }
    this.pieces.push({text, ends, first: this.count, lower: undefined});
    this.count += texts;
  }

  get(index) {
    let low = 0;
    let high = this.pieces.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.pieces[middle].first <= index) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    const {text, ends, first} = this.pieces[low];
    const at = index - first;
    return text.slice(at === 0 ? 0 : ends[at - 1] + 1, ends[at]);
  }

  // Which texts contain a word of lower case: a byte for each.
  containing(word) {
    const found = new Uint8Array(this.count);
    for (const piece of this.pieces) {
      const lower = piece.lower ||= piece.text.toLowerCase();
      let index = 0;
      for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, piece.ends[index] + 1)) {
        index = endAfter(piece.ends, index, at);
        found[piece.first + index] = 1;
      }
    }
    return found;
  }
}

// The first text from an index on that ends behind a place.
function endAfter(ends, from, place) {
  let low = from;
  let high = ends.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle] < place) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

// A column of references to texts: 0 is the next new one, otherwise how many newer ones there are.
class References {
  constructor() {
    this.count = 0;
  }

  next(numbers) {
    const reference = numbers.next();
    return reference === 0 ? this.count++ : this.count - reference;
  }
}
