// The whole trace in one strip: how many calls began when, which of them are selected, and what part the timeline shows.

class Overview {
  static HEIGHT = 46;

  constructor(trace, selection, timeline) {
    this.trace = trace;
    this.selection = selection;
    this.timeline = timeline;
    this.canvas = byId('overview');
    this.draw = onFrame(() => this.drawNow());
    this.held = undefined;
    this.canvas.addEventListener('pointerdown', event => this.down(event));
    this.canvas.addEventListener('pointermove', event => this.move(event));
    this.canvas.addEventListener('pointerup', event => this.up(event));
    this.canvas.addEventListener('pointercancel', () => this.held = undefined);
    new ResizeObserver(() => this.draw()).observe(this.canvas.parentElement);
  }

  get width() {
    const style = getComputedStyle(this.canvas.parentElement);
    return this.canvas.parentElement.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  }

  down(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.held = [event.offsetX, event.offsetX];
  }

  move(event) {
    if (this.held) {
      this.held[1] = event.offsetX;
      this.draw();
    }
  }

  up() {
    if (!this.held) {
      return;
    }
    const scale = this.trace.end / this.width;
    const [from, to] = this.held.sort((a, b) => a - b).map(x => x * scale);
    this.held = undefined;
    const {timeline} = this;
    if (to - from > 3 * scale) {
      timeline.glide(from, to);
    } else {
      const half = (timeline.to - timeline.from) / 2;
      timeline.glide(from - half, from + half);
    }
    this.draw();
  }

  // How many of these calls began in each part of the strip, and how many of them failed.
  bins(rows, width) {
    const {trace} = this;
    const all = new Uint32Array(width);
    const failed = new Uint32Array(width);
    const scale = width / Math.max(1, trace.end);
    for (const row of rows) {
      const at = Math.max(0, Math.min(width - 1, Math.floor(trace.start[row] * scale)));
      all[at]++;
      if (trace.isError(row)) {
        failed[at]++;
      }
    }
    return {all, failed, rows, width};
  }

  drawNow() {
    const width = Math.floor(this.width);
    if (width <= 0) {
      return;
    }
    if (this.whole?.width !== width) {
      this.whole = this.bins(this.trace.order, width);
    }
    if (this.part?.width !== width || this.part.rows !== this.selection.rows) {
      this.part = this.selection.rows === this.trace.order ? this.whole : this.bins(this.selection.rows, width);
    }
    const height = Overview.HEIGHT;
    const context = canvasContext(this.canvas, width, height);
    let most = 1;
    for (const bin of this.whole.all) {
      most = Math.max(most, bin);
    }
    // A root keeps a single call visible beside a million.
    const tall = bin => bin === 0 ? 0 : Math.max(2, Math.sqrt(bin / most) * (height - 4));
    for (const [bins, colour] of [[this.whole.all, 'bin'], [this.part.all, 'accent'], [this.part.failed, 'error']]) {
      context.fillStyle = colours.of(colour);
      for (let at = 0; at < width; at++) {
        if (bins[at] > 0) {
          context.fillRect(at, height - tall(bins[at]), 1, tall(bins[at]));
        }
      }
    }
    const scale = width / Math.max(1, this.trace.end);
    const [from, to] = this.held
      ? this.held.slice().sort((a, b) => a - b)
      : [this.timeline.from * scale, this.timeline.to * scale];
    context.fillStyle = colours.of('shade');
    context.fillRect(0, 0, from, height);
    context.fillRect(to, 0, width - to, height);
    context.strokeStyle = colours.of('accent');
    context.lineWidth = 1.5;
    context.strokeRect(from + 0.75, 0.75, Math.max(2, to - from - 1.5), height - 1.5);
  }
}
