// What a pointer and keys do on the timeline.

class Gestures {
  constructor(timeline) {
    this.timeline = timeline;
    this.pointers = new Map();
    this.range = undefined;
    const {box, canvas} = timeline;
    canvas.addEventListener('pointerdown', event => this.down(event));
    canvas.addEventListener('pointermove', event => this.move(event));
    canvas.addEventListener('pointerup', event => this.up(event));
    canvas.addEventListener('pointercancel', event => this.cancel(event));
    canvas.addEventListener('pointerleave', () => tip.hide());
    canvas.addEventListener('dblclick', event =>
      timeline.zoom(0.25, timeline.time(this.place(event).x)));
    box.addEventListener('wheel', event => this.wheel(event), {passive: false});
    box.addEventListener('keydown', event => this.key(event));
  }

  place(event) {
    const frame = this.timeline.canvas.getBoundingClientRect();
    return {x: event.clientX - frame.left, y: event.clientY - frame.top};
  }

  down(event) {
    if (event.button !== 0) {
      return;
    }
    tip.hide();
    const place = this.place(event);
    this.pointers.set(event.pointerId, {...place, first: place, scroll: this.timeline.box.scrollTop});
    this.timeline.canvas.setPointerCapture(event.pointerId);
    this.range = event.shiftKey ? [place.x, place.x] : undefined;
    this.moved = false;
  }

  move(event) {
    const place = this.place(event);
    const before = this.pointers.get(event.pointerId);
    if (before === undefined) {
      this.hover(event, place);
      return;
    }
    const {timeline} = this;
    this.moved ||= Math.abs(place.x - before.first.x) > 3 || Math.abs(place.y - before.first.y) > 3;
    if (this.pointers.size === 2) {
      this.pinch(event.pointerId, place);
    } else if (this.range) {
      this.range[1] = place.x;
      timeline.draw();
    } else if (this.moved) {
      tip.hide();
      const by = (before.x - place.x) / timeline.scale;
      timeline.view(timeline.from + by, timeline.to + by);
      if (event.pointerType === 'mouse') {
        timeline.box.scrollTop = before.scroll + before.first.y - place.y;
      }
    }
    Object.assign(before, place);
  }

  // Two fingers: what was under each of them stays there.
  pinch(id, place) {
    const {timeline} = this;
    const [one, other] = [...this.pointers.entries()].sort(([a]) => a === id ? -1 : 1).map(([, at]) => at);
    const held = timeline.time(other.x);
    const distance = Math.abs(place.x - other.x);
    if (distance > 10) {
      timeline.zoom(Math.abs(one.x - other.x) / distance, held, false);
    }
  }

  up(event) {
    const {timeline} = this;
    const place = this.place(event);
    if (this.range && Math.abs(this.range[1] - this.range[0]) > 4) {
      const [from, to] = this.range.sort((a, b) => a - b).map(x => timeline.time(Math.max(timeline.gutter, x)));
      timeline.glide(from, to);
    } else if (this.pointers.has(event.pointerId) && !this.moved) {
      this.choose(place);
    }
    this.cancel(event);
  }

  cancel(event) {
    this.pointers.delete(event.pointerId);
    this.range = undefined;
    this.timeline.draw();
  }

  // The longest of the calls there.
  choose(place) {
    const {timeline} = this;
    const calls = timeline.callsAt(place.x, place.y);
    if (calls === undefined || calls.from === calls.to) {
      return;
    }
    let longest = calls.from;
    for (let at = calls.from; at < Math.min(calls.to, calls.from + 1e5); at++) {
      if (calls.index.ends[at] - calls.index.starts[at] > calls.index.ends[longest] - calls.index.starts[longest]) {
        longest = at;
      }
    }
    timeline.chosen = calls.index.rows[longest];
    timeline.draw();
    timeline.onChoose(timeline.chosen);
  }

  hover(event, place) {
    const {timeline} = this;
    const {trace} = timeline;
    const calls = timeline.callsAt(place.x, place.y);
    timeline.canvas.style.cursor = calls && calls.to > calls.from ? 'pointer' : '';
    if (calls === undefined) {
      tip.hide();
      return;
    }
    const {thread} = calls.lane;
    const who = `${thread.process.name} ${thread.tid}`;
    const time = timeline.time(place.x);
    const rest = thread.marks.find(mark => mark.kind === 'rested' && time >= mark.time - mark.value && time <= mark.time);
    const mark = thread.marks.find(one => one.kind !== 'rested' && Math.abs(timeline.x(one.time) - place.x) < 5);
    if (rest) {
      tip.show(event.clientX, event.clientY, ['Not watched for ' + duration(rest.value), who,
        'Its calls are missing here, to keep it from being slowed down too much.']);
    } else if (mark) {
      tip.show(event.clientX, event.clientY, [`${mark.kind} ${mark.text}`, who, '+' + offset(mark.time) + ' s']);
    } else if (calls.to - calls.from === 1) {
      const row = calls.index.rows[calls.from];
      tip.show(event.clientX, event.clientY, [trace.line(row).slice(0, 220),
        trace.is(row, UNFINISHED) ? 'did not return' : duration(trace.duration[row]),
        `${who} ${DOT} +${offset(trace.start[row])} s`]);
    } else if (calls.to > calls.from) {
      const errors = calls.index.errors[calls.to] - calls.index.errors[calls.from];
      tip.show(event.clientX, event.clientY, [plural(calls.to - calls.from, 'call', 'calls'),
        errors > 0 && plural(errors, 'error', 'errors'), `${who} ${DOT} +${offset(time)} s`]);
    } else {
      tip.hide();
    }
  }

  wheel(event) {
    const {timeline} = this;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      timeline.zoom(Math.exp(Math.max(-50, Math.min(50, event.deltaY)) / 120), timeline.time(this.place(event).x), false);
    } else if (event.deltaX !== 0 || event.shiftKey) {
      event.preventDefault();
      const by = (event.deltaX || event.deltaY) / timeline.scale;
      timeline.view(timeline.from + by, timeline.to + by);
    }
  }

  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    const {timeline} = this;
    const acts = {
      ArrowLeft: () => timeline.pan(-0.2), ArrowRight: () => timeline.pan(0.2),
      a: () => timeline.pan(-0.2), d: () => timeline.pan(0.2),
      '+': () => timeline.zoom(0.5), '=': () => timeline.zoom(0.5), '-': () => timeline.zoom(2),
      w: () => timeline.zoom(0.5), s: () => timeline.zoom(2), 0: () => timeline.all(),
    };
    if (event.key in acts) {
      event.preventDefault();
      event.stopPropagation();
      acts[event.key]();
    }
  }

  drawRange(context, height) {
    if (this.range) {
      context.globalAlpha = 0.25;
      context.fillStyle = colours.of('accent');
      context.fillRect(Math.min(...this.range), Timeline.AXIS, Math.abs(this.range[1] - this.range[0]), height);
      context.globalAlpha = 1;
    }
  }
}
