// How durations spread: bars on a logarithmic scale, and the small ones of tables. DurationBars.java has the same bars.

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
  const [width, height] = [figureWidth(), 150];
  const step = width / (last - first);
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
  const quantiles = [[0.5, 'median'], [0.99, 'p99']].map(([part, name]) => {
    const at = x(Math.max(1, one.at(part)));
    return [svg('line', {class: 'quantile', x1: at, x2: at, y1: 12, y2: height - 20}),
      svg('text', {class: 'quantile', x: at > width - 50 ? at - 4 : at + 4, y: name === 'median' ? 12 : 24, 'text-anchor': at > width - 50 ? 'end' : 'start'}, name)];
  }).flat();
  return svg('svg', {
    class: 'histogram', viewBox: `0 0 ${width} ${height}`, role: 'img',
    'aria-label': `How long ${one.name} took: median ${duration(one.at(0.5))}, p99 ${duration(one.at(0.99))}`,
  }, ...decades(first, step, width, height), ...parts, ...quantiles);
}

// In pixels of the screen, so that its text keeps its size.
function figureWidth() {
  return Math.max(280, Math.min(1860, document.documentElement.clientWidth - (document.documentElement.clientWidth > 760 ? 70 : 46)));
}

// Powers of ten on the axis, as many as have room for their label.
function decades(first, step, width, height) {
  const labels = [];
  let right = -Infinity;
  for (let power = 2; power < 12; power++) {
    const at = (Math.log2(10 ** power) - FIRST_OCTAVE - first / STEPS) * STEPS * step;
    if (at >= 0 && at < width - 40 && at > right) {
      labels.push(svg('line', {class: 'axis', x1: at, x2: at, y1: 8, y2: height - 20}),
        svg('text', {x: at + 3, y: height - 6}, duration(10 ** power).replace(/\.0+/, '')));
      right = at + 50;
    }
  }
  return labels;
}
