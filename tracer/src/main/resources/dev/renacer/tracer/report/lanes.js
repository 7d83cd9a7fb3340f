// What lanes of the timeline are drawn from.

const CATEGORIES = ['io', 'file', 'network', 'memory', 'process', 'signal', 'other', 'wait'];
const CATEGORY_NAMES = {
  io: 'read and write', file: 'files', network: 'network', memory: 'memory', process: 'processes',
  signal: 'signals, IPC', other: 'other', wait: 'waiting',
};

// What a lane is drawn from.
class LaneIndex {
  static BLOCK = 64;

  constructor(trace, rows) {
    const length = rows.length;
    this.rows = rows;
    this.starts = new Float64Array(length);
    this.ends = new Float64Array(length);
    this.categories = new Uint8Array(length);
    this.errors = new Uint32Array(length + 1);
    this.sums = new Float32Array(Math.ceil(length / LaneIndex.BLOCK) * CATEGORIES.length);
    const byName = trace.categories.map(category => CATEGORIES.indexOf(category));
    const wait = CATEGORIES.indexOf('wait');
    let latest = -Infinity;
    for (let at = 0; at < length; at++) {
      const row = rows[at];
      this.starts[at] = trace.start[row];
      // Calls of a thread do not overlap; should the file say otherwise, the ends must be in order all the same.
      latest = Math.max(latest, trace.start[row] + trace.duration[row]);
      this.ends[at] = latest;
      const category = (trace.outcome[row] & WAITED) !== 0 ? wait : byName[trace.name[row]];
      this.categories[at] = category;
      this.errors[at + 1] = this.errors[at] + (trace.isError(row) ? 1 : 0);
      this.sums[Math.floor(at / LaneIndex.BLOCK) * CATEGORIES.length + category] += trace.duration[row];
    }
  }

  // The first call that ends after a time.
  endingAfter(time) {
    return above(this.ends, time, 0);
  }

  // The first call from an index on that starts at a time or later.
  startingAt(time, from) {
    let step = 1;
    let low = from;
    while (low + step < this.starts.length && this.starts[low + step] < time) {
      low += step;
      step *= 2;
    }
    return above(this.starts, time - 0.5, low, Math.min(this.starts.length, low + step + 1));
  }

  // How much time the calls in a range took, by category.
  sum(from, to, into) {
    into.fill(0);
    let at = from;
    while (at < to) {
      if (at % LaneIndex.BLOCK === 0 && at + LaneIndex.BLOCK <= to) {
        const block = at / LaneIndex.BLOCK * CATEGORIES.length;
        for (let category = 0; category < CATEGORIES.length; category++) {
          into[category] += this.sums[block + category];
        }
        at += LaneIndex.BLOCK;
      } else {
        into[this.categories[at]] += this.ends[at] - this.starts[at];
        at++;
      }
    }
  }
}

// The first index whose number is greater; numbers ascend.
function above(numbers, number, from, to = numbers.length) {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] > number) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

// The columns of a lane that are one pixel wide, collected by colour: changing it for each would take most of a frame.
class Columns {
  constructor(left, top) {
    this.left = left;
    this.top = top;
    this.boxes = CATEGORIES.map(() => []);
    this.errors = [];
    this.sums = new Float64Array(CATEGORIES.length);
    this.chosen = undefined;
  }

  add(column, index, from, to, pixel) {
    if (column < this.left) {
      return;
    }
    index.sum(from, to, this.sums);
    let filled = 0;
    for (let category = 0; category < CATEGORIES.length; category++) {
      if (this.sums[category] > 0) {
        const room = Timeline.BAR - filled;
        const least = CATEGORIES[category] === 'wait' ? 1 : 2;
        const height = Math.min(room, Math.max(least, this.sums[category] / pixel * Timeline.BAR));
        this.boxes[category].push(column, this.top + room - height, height);
        filled += height;
      }
    }
    const errors = index.errors[to] - index.errors[from];
    if (errors > 0) {
      this.errors.push(column, errors / (to - from));
    }
  }

  draw(context) {
    this.boxes.forEach((boxes, category) => {
      context.fillStyle = colours.of('cat-' + CATEGORIES[category]);
      for (let at = 0; at < boxes.length; at += 3) {
        context.fillRect(boxes[at], boxes[at + 1], 1, boxes[at + 2]);
      }
    });
    context.fillStyle = colours.of('error');
    for (let at = 0; at < this.errors.length; at += 2) {
      context.globalAlpha = Math.min(1, 0.3 + 2 * this.errors[at + 1]);
      context.fillRect(this.errors[at], this.top + Timeline.BAR, 1, 3);
    }
    context.globalAlpha = 1;
  }
}
