// How long calls take, by call.

// Four steps an octave: a bar is a fifth wider than the one before it.
const STEPS = 4;
const FIRST_OCTAVE = 6;
const BARS = (38 - FIRST_OCTAVE) * STEPS;

function barOf(nanos) {
  return Math.max(0, Math.min(BARS - 1, Math.floor((Math.log2(Math.max(1, nanos)) - FIRST_OCTAVE) * STEPS)));
}

function barStart(bar) {
  return 2 ** (bar / STEPS + FIRST_OCTAVE);
}

class Latency {
  constructor(trace, selection) {
    this.title = 'Latency';
    this.id = 'latency';
    this.trace = trace;
    this.selection = selection;
    this.chosen = undefined;
    this.figure = el('div.figure');
    this.table = new SortedTable('Calls by name', [
      {title: 'Call', value: one => one.name, text: one => one.name,
        cell: one => el('span.name', {}, el('i.cat-' + one.category), el('b', {}, one.name))},
      {title: 'Count', value: one => one.count, text: one => count(one.count), number: true},
      {title: 'Errors', value: one => one.errors, text: one => one.errors === 0 ? '' : count(one.errors), number: true,
        cell: one => el('span.bad', {}, one.errors === 0 ? '' : count(one.errors))},
      {title: 'Total', value: one => one.total, number: true,
        cell: one => el('span.share', {}, share(one.total / this.whole), duration(one.total))},
      {title: 'Mean', value: one => one.total / one.count, text: one => duration(one.total / one.count), number: true},
      {title: 'Median', value: one => one.at(0.5), text: one => duration(one.at(0.5)), number: true},
      {title: 'p95', value: one => one.at(0.95), text: one => duration(one.at(0.95)), number: true},
      {title: 'p99', value: one => one.at(0.99), text: one => duration(one.at(0.99)), number: true},
      {title: 'Longest', value: one => one.at(1), text: one => duration(one.at(1)), number: true},
      {title: 'Distribution', cell: one => spark(one.bars), text: () => ''},
    ], 3);
    this.table.onPick = one => {
      this.chosen = one.name;
      this.drawFigure();
    };
    this.element = el('div', {}, this.figure, this.table.element);
  }

  refresh() {
    this.calls = latencies(this.trace, this.selection.rows);
    this.whole = Math.max(1, ...this.calls.map(one => one.total));
    this.table.show(this.calls);
    this.drawFigure();
  }

  drawFigure() {
    const one = this.calls.find(({name}) => name === this.chosen)
      || this.calls.slice().sort((a, b) => b.total - a.total).find(({category}) => category !== 'wait') || this.calls[0];
    if (one === undefined) {
      this.figure.replaceChildren();
      return;
    }
    this.figure.replaceChildren(
      el('h3', {}, el('b', {}, one.name), el('span.quiet', {},
        ` ${plural(one.count, 'call', 'calls')} ${DOT} median ${duration(one.at(0.5))} ${DOT} p99 ${duration(one.at(0.99))} ${DOT} longest ${duration(one.at(1))}`)),
      histogram(one));
  }
}

// Figures of each call that returned, by name.
function latencies(trace, rows) {
  const counts = new Uint32Array(trace.names.length);
  for (const row of rows) {
    if ((trace.outcome[row] & UNFINISHED) === 0) {
      counts[trace.name[row]]++;
    }
  }
  const all = trace.names.map((name, index) => ({
    name, category: trace.categories[index], count: 0, errors: 0, total: 0, waits: 0,
    times: new Float64Array(counts[index]), bars: new Uint32Array(BARS),
    at(part) {
      return this.times.length === 0 ? 0 : this.times[Math.min(this.count - 1, Math.ceil(part * this.count) - 1)];
    },
  }));
  for (const row of rows) {
    if ((trace.outcome[row] & UNFINISHED) !== 0) {
      continue;
    }
    const one = all[trace.name[row]];
    const took = trace.duration[row];
    one.times[one.count++] = took;
    one.total += took;
    one.bars[barOf(took)]++;
    if ((trace.outcome[row] & WAITED) !== 0) {
      one.waits++;
    }
    if (trace.isError(row)) {
      one.errors++;
    }
  }
  const used = all.filter(one => one.count > 0);
  used.forEach(one => {
    one.times.sort();
    if (one.waits > one.count / 2) {
      one.category = 'wait';
    }
  });
  return used;
}

function share(part) {
  const bar = el('span.share-bar', {'aria-hidden': 'true'});
  bar.style.width = Math.max(1, Math.round(part * 70)) + 'px';
  return bar;
}

const SVG = 'http://www.w3.org/2000/svg';

function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

function spark(bars) {
  const most = Math.max(...bars);
  const first = bars.findIndex(bar => bar > 0);
  const last = bars.findLastIndex(bar => bar > 0);
  const shape = [];
  bars.forEach((bar, at) => {
    if (bar > 0) {
      const height = Math.max(1.5, Math.sqrt(bar / most) * 18);
      shape.push(`M${at} 18h1v${-height.toFixed(1)}h-1z`);
    }
  });
  return svg('svg', {
    class: 'spark', viewBox: `0 0 ${BARS} 18`, preserveAspectRatio: 'none', role: 'img',
    'aria-label': `from ${duration(barStart(first))} to ${duration(barStart(last + 1))}`,
  }, svg('path', {d: shape.join('')}));
}

function histogram(one) {
  const first = Math.max(0, one.bars.findIndex(bar => bar > 0) - 2);
  const last = Math.min(BARS, Math.max(one.bars.findLastIndex(bar => bar > 0) + 3, first + 16));
  const most = Math.max(...one.bars);
  const [width, height, step] = [900, 150, 900 / (last - first)];
  const x = nanos => (Math.log2(nanos) - FIRST_OCTAVE) * STEPS * step - first * step;
  const parts = [];
  for (let bar = first; bar < last; bar++) {
    const tall = one.bars[bar] === 0 ? 0 : Math.max(2, one.bars[bar] / most * (height - 30));
    if (tall > 0) {
      parts.push(svg('rect', {
        class: 'bar cat-' + one.category, x: (bar - first) * step + 0.5, y: height - 20 - tall, width: Math.max(1, step - 1), height: tall,
      }, svg('title', {}, `${duration(barStart(bar))} ${DASH} ${duration(barStart(bar + 1))}: ${plural(one.bars[bar], 'call', 'calls')}`)));
    }
  }
  const labels = [];
  let right = -Infinity;
  for (let power = 2; power < 12; power++) {
    const at = x(10 ** power);
    if (at >= 0 && at < width - 40 && at > right) {
      labels.push(svg('line', {class: 'axis', x1: at, x2: at, y1: 8, y2: height - 20}),
        svg('text', {x: at + 3, y: height - 6}, duration(10 ** power).replace(/\.0+/, '')));
      right = at + 50;
    }
  }
  const quantiles = [[0.5, 'median'], [0.99, 'p99']].map(([part, name]) => {
    const at = x(Math.max(1, one.at(part)));
    return [svg('line', {class: 'quantile', x1: at, x2: at, y1: 12, y2: height - 20}),
      svg('text', {class: 'quantile', x: at + 4, y: name === 'median' ? 12 : 24}, name)];
  }).flat();
  return svg('svg', {
    class: 'histogram', viewBox: `0 0 ${width} ${height}`, role: 'img',
    'aria-label': `How long ${one.name} took: median ${duration(one.at(0.5))}, p99 ${duration(one.at(0.99))}`,
  }, ...labels, ...parts, ...quantiles);
}
