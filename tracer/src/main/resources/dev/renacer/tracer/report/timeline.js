// Calls over time, a lane for each thread. At any zoom a lane costs no more than its width in pixels: where several calls share a
// pixel, sums over blocks of calls say what its time went into.

class Timeline {
  static LANE = 22;
  static BAR = 16;
  static AXIS = 24;

  constructor(trace) {
    this.trace = trace;
    this.box = byId('lanes');
    this.canvas = byId('timeline');
    this.chosen = -1;
    this.lanes = lanesOf(trace);
    this.from = 0;
    this.to = Math.max(1, trace.end);
    this.onView = () => {};
    this.onChoose = () => {};
    this.draw = onFrame(() => this.drawNow());
    const height = Timeline.AXIS + Math.max(1, this.lanes.length) * Timeline.LANE + 6;
    byId('lanes-space').style.height = height + 'px';
    this.box.style.height = Math.min(height + 2, Math.round(Math.min(340, window.innerHeight * 0.48))) + 'px';
    this.measure();
    this.gestures = new Gestures(this);
    new ResizeObserver(() => this.draw()).observe(this.box);
    this.box.addEventListener('scroll', () => this.draw(), {passive: true});
  }

  // Asking for it at each call would lay out the page as often.
  measure() {
    this.width = this.box.clientWidth;
    this.gutter = Math.round(Math.min(190, Math.max(100, this.width * 0.26)));
  }

  get scale() {
    return (this.width - this.gutter) / (this.to - this.from);
  }

  x(time) {
    return this.gutter + (time - this.from) * this.scale;
  }

  time(x) {
    return this.from + (x - this.gutter) / this.scale;
  }

  view(from, to) {
    const whole = Math.max(1, this.trace.end);
    const span = Math.min(whole, Math.max(to - from, Math.min(whole, 200)));
    this.from = Math.max(0, Math.min(from, whole - span));
    this.to = this.from + span;
    this.draw();
    this.onView();
  }

  // Moves there in a moment, so that the eye can follow.
  glide(from, to) {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      this.view(from, to);
      return;
    }
    const [before, beforeTo, began] = [this.from, this.to, performance.now()];
    const step = now => {
      const part = Math.min(1, (now - began) / 160);
      const eased = 1 - (1 - part) ** 3;
      this.view(before + (from - before) * eased, beforeTo + (to - beforeTo) * eased);
      if (part < 1) {
        this.gliding = requestAnimationFrame(step);
      }
    };
    cancelAnimationFrame(this.gliding);
    this.gliding = requestAnimationFrame(step);
  }

  zoom(factor, around = (this.from + this.to) / 2, smoothly = true) {
    const from = around - (around - this.from) * factor;
    const to = around + (this.to - around) * factor;
    smoothly ? this.glide(from, to) : this.view(from, to);
  }

  pan(part) {
    const by = (this.to - this.from) * part;
    this.glide(this.from + by, this.to + by);
  }

  all() {
    this.glide(0, this.trace.end);
  }

  // Shows a call with what is around it.
  locate(row) {
    const start = this.trace.start[row];
    const span = Math.max(this.trace.duration[row] * 8, Math.min(this.to - this.from, 2e6));
    const middle = start + this.trace.duration[row] / 2;
    this.chosen = row;
    const lane = this.lanes.findIndex(({thread}) => thread.index === this.trace.thread[row]);
    this.box.scrollTop = lane * Timeline.LANE - this.box.clientHeight / 2 + Timeline.AXIS;
    this.glide(middle - span / 2, middle + span / 2);
  }

  laneAt(y) {
    return this.lanes[Math.floor((y - Timeline.AXIS + this.box.scrollTop) / Timeline.LANE)];
  }

  index(lane) {
    return lane.index ||= new LaneIndex(this.trace, lane.thread.rows);
  }

  // The calls in a pixel of a lane: from and to index; the pixel beside it counts too.
  callsAt(x, y) {
    const lane = y < Timeline.AXIS || x < this.gutter ? undefined : this.laneAt(y);
    if (lane === undefined) {
      return undefined;
    }
    const index = this.index(lane);
    const from = index.endingAfter(this.time(x - 1.5));
    const to = above(index.starts, this.time(x + 1.5), 0);
    return {lane, index, from, to: Math.max(from, to)};
  }

  drawNow() {
    this.measure();
    if (this.width === 0) {
      return;
    }
    const height = this.box.clientHeight;
    const context = canvasContext(this.canvas, this.width, height);
    context.font = '11px ' + colours.of('sans');
    context.textBaseline = 'middle';
    const first = Math.floor(this.box.scrollTop / Timeline.LANE);
    const last = Math.min(this.lanes.length, Math.ceil((this.box.scrollTop + height - Timeline.AXIS) / Timeline.LANE));
    this.drawGrid(context, height);
    for (let at = first; at < last; at++) {
      this.drawLane(context, this.lanes[at], Timeline.AXIS + at * Timeline.LANE - this.box.scrollTop);
    }
    this.drawLabels(context, first, last, height);
    this.drawAxis(context);
    this.gestures.drawRange(context, height);
  }

  drawGrid(context, height) {
    context.fillStyle = colours.of('grid');
    for (const time of ticks(this.from, this.to, this.width - this.gutter).times) {
      context.fillRect(Math.round(this.x(time)), Timeline.AXIS, 1, height);
    }
  }

  drawAxis(context) {
    context.fillStyle = colours.of('card');
    context.fillRect(0, 0, this.width, Timeline.AXIS - 2);
    context.fillStyle = colours.of('line');
    context.fillRect(0, Timeline.AXIS - 2, this.width, 1);
    context.fillStyle = colours.of('quiet');
    const {step, times} = ticks(this.from, this.to, this.width - this.gutter);
    context.textAlign = 'left';
    for (const time of times) {
      const text = tick(time, step);
      const x = Math.round(this.x(time)) + 3;
      if (x + context.measureText(text).width < this.width) {
        context.fillText(text, x, Timeline.AXIS / 2);
      }
    }
  }

  drawLabels(context, first, last, height) {
    context.fillStyle = colours.of('card');
    context.fillRect(0, Timeline.AXIS, this.gutter, height);
    context.fillStyle = colours.of('line');
    context.fillRect(this.gutter - 1, Timeline.AXIS, 1, height);
    for (let at = first; at < last; at++) {
      const {thread, leader, depth} = this.lanes[at];
      const y = Timeline.AXIS + at * Timeline.LANE - this.box.scrollTop + Timeline.LANE / 2 - 1;
      const step = this.width < 500 ? 3 : 8;
      const indent = step + Math.min(depth, 5) * step + (leader ? 0 : step);
      const number = String(leader ? thread.process.pid : thread.tid);
      context.textAlign = 'right';
      context.fillStyle = colours.of('quiet');
      context.fillText(number, this.gutter - 8, y);
      context.textAlign = 'left';
      context.fillStyle = colours.of(leader ? 'text' : 'quiet');
      const room = this.gutter - 14 - indent - context.measureText(number).width;
      context.fillText(fitted(context, leader ? thread.process.name : 'thread', room), indent, y);
    }
  }

  drawLane(context, lane, y) {
    const {process} = lane.thread;
    const top = y + 2;
    const left = Math.max(this.gutter, this.x(process.start));
    const right = Math.min(this.width, this.x(process.end));
    if (right > left) {
      context.fillStyle = colours.of('lane');
      context.fillRect(left, top, Math.max(1, right - left), Timeline.BAR);
    }
    this.drawCalls(context, this.index(lane), top);
    for (const mark of lane.thread.marks) {
      this.drawMark(context, mark, top);
    }
  }

  // Calls that are wide enough one by one; what shares a pixel as a column, of which each category has the part that it had of
  // the time. What does not wait stands at the bottom, and is seen however little it is.
  drawCalls(context, index, top) {
    const {starts, ends} = index;
    const pixel = 1 / this.scale;
    const columns = new Columns(this.gutter, top);
    let at = index.endingAfter(this.from);
    while (at < starts.length && starts[at] < this.to) {
      const left = this.x(starts[at]);
      if ((ends[at] - starts[at]) * this.scale >= 1.5) {
        this.drawCall(context, index, at, top, left);
        at++;
        continue;
      }
      const column = Math.floor(left);
      const columnEnd = this.time(column + 1);
      let next = Math.max(at + 1, index.startingAt(columnEnd, at));
      if (next - 1 > at && ends[next - 1] > columnEnd + pixel) {
        next--;
      }
      columns.add(column, index, at, next, pixel);
      if (this.chosen >= 0 && index.rows.subarray(at, next).includes(this.chosen)) {
        columns.chosen = column;
      }
      at = next;
    }
    columns.draw(context);
    if (columns.chosen !== undefined) {
      this.drawChosen(context, columns.chosen, 1, top);
    }
  }

  drawCall(context, index, at, top, from) {
    const row = index.rows[at];
    const left = Math.max(from, this.gutter - 2);
    const right = Math.min(this.x(index.ends[at]), this.width + 2);
    // A gap between neighbours, as soon as there is room for one.
    const width = Math.max(1, right - left - (right - left > 4 ? 1 : 0));
    const category = CATEGORIES[index.categories[at]];
    context.fillStyle = colours.of('cat-' + category);
    context.fillRect(left, top, width, Timeline.BAR);
    if (index.errors[at + 1] > index.errors[at]) {
      context.fillStyle = colours.of('error');
      context.fillRect(left, top + Timeline.BAR, Math.max(width, 1.5), 3);
    }
    if (width > 34) {
      const name = this.trace.names[this.trace.name[row]];
      const text = width > 120 ? name + '(' + this.trace.arguments(row).slice(0, 200) + ')' : name;
      context.fillStyle = colours.of(category === 'wait' ? 'on-wait' : 'on-cat');
      context.textAlign = 'left';
      context.fillText(fitted(context, text, width - 8), left + 4, top + Timeline.BAR / 2 + 0.5);
    }
    if (row === this.chosen) {
      this.drawChosen(context, left, width, top);
    }
  }

  drawChosen(context, left, width, top) {
    context.strokeStyle = colours.of('text');
    context.lineWidth = 2;
    context.strokeRect(left - 1, top - 2, Math.max(3, width + 2), Timeline.BAR + 4);
  }

  drawMark(context, mark, top) {
    const x = this.x(mark.time);
    if (mark.kind === 'rested') {
      const left = Math.max(this.gutter, this.x(mark.time - mark.value));
      const right = Math.min(this.width, x);
      context.save();
      context.beginPath();
      context.rect(left, top, Math.max(1, right - left), Timeline.BAR);
      context.clip();
      context.fillStyle = colours.of('card');
      context.fill();
      context.strokeStyle = colours.of('quiet');
      context.lineWidth = 1;
      context.beginPath();
      for (let at = Math.floor(left / 6) * 6 - Timeline.BAR; at < right; at += 6) {
        context.moveTo(at, top + Timeline.BAR);
        context.lineTo(at + Timeline.BAR, top);
      }
      context.stroke();
      context.restore();
    } else if (x >= this.gutter && x <= this.width) {
      context.fillStyle = colours.of(mark.kind === 'signal' ? 'signal-mark' : 'error');
      context.beginPath();
      context.moveTo(x - 4, top - 3);
      context.lineTo(x + 4, top - 3);
      context.lineTo(x, top + 4);
      context.fill();
    }
  }
}

// Round times, far enough apart to be labelled.
function ticks(from, to, width) {
  const rough = (to - from) / Math.max(2, width / 110);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map(factor => factor * power).find(size => size >= rough));
  const times = [];
  for (let time = Math.ceil(from / step) * step; time <= to && times.length < 100; time += step) {
    times.push(time);
  }
  return {step, times};
}
