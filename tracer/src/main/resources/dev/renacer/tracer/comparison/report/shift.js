// Two distributions over each other.

function shiftFigure(one) {
  const title = el('h3', {}, el('b', {}, one.syscall), ' ', el('span.quiet', {}, [one.errno, one.about, one.site && 'at ' + shown(one.site)].filter(Boolean).join(` ${DOT} `)));
  const sides = [['A', 'side-a', one.before], ['B', 'side-b', one.after]];
  const told = el('p.quiet', {}, ...sides.flatMap(([letter, look, side]) => [el('b', {class: look}, letter + ' '), toldSide(side), letter === 'A' ? ' \u2003 ' : '']),
    one.p === undefined ? '' : ` \u2003 ${grown(growth(one))}, p = ${likelihood(one.p)}`);
  const drawn = sides.filter(([, , side]) => side?.sampled > 0);
  return drawn.length === 0 ? [title, told] : [title, told, shiftGraph(one, drawn)];
}

function toldSide(side) {
  if (side === null) {
    return 'no such calls';
  }
  const all = plural(side.calls, 'call', 'calls');
  return side.sampled === 0
    ? all + ', none that returned and did not wait for something to do'
    : `${all} ${DOT} median ${duration(side.median)} ${DOT} p99 ${duration(side.p99)} ${DOT} longest ${duration(side.longest)}`
      + (side.of > side.sampled ? ` (of a random sample of ${count(side.sampled)})` : '');
}

// Heights are shares of each side's calls, so that sides of different numbers can be compared.
function shiftGraph(one, drawn) {
  const all = drawn.flatMap(([, , side]) => side.bars.map(([bar]) => bar));
  const first = Math.max(0, Math.min(...all) - 2);
  const last = Math.min(BARS, Math.max(Math.max(...all) + 3, first + 16));
  const [width, height] = [figureWidth(), 170];
  const step = width / (last - first);
  const most = Math.max(...drawn.flatMap(([, , side]) => side.bars.map(([, number]) => number / side.sampled)));
  const parts = drawn.flatMap(([letter, look, side]) => side.bars.map(([bar, number]) => {
    const tall = Math.max(2, number / side.sampled / most * (height - 54));
    return svg('rect', {class: 'bar-' + letter.toLowerCase(), x: (bar - first) * step + 0.5, y: height - 20 - tall, width: Math.max(1, step - 1), height: tall},
      svg('title', {}, `${letter}: ${duration(barStart(bar))} ${DASH} ${duration(barStart(bar + 1))}: ${percent(number, side.sampled)}`));
  }));
  const medians = drawn.flatMap(([letter, look, side], at) => {
    const x = Math.max(0, Math.min(width - 2, (Math.log2(Math.max(1, side.median)) - FIRST_OCTAVE) * STEPS * step - first * step));
    const right = x > width - 120;
    return [svg('line', {class: 'quantile ' + look, x1: x, x2: x, y1: 14 + at * 14, y2: height - 20}),
      svg('text', {class: look, x: right ? x - 4 : x + 4, y: 13 + at * 14, 'text-anchor': right ? 'end' : 'start'}, `${letter} median ${duration(side.median)}`)];
  });
  return svg('svg', {class: 'histogram shift', viewBox: `0 0 ${width} ${height}`, role: 'img',
    'aria-label': `How long ${one.syscall} took: ` + drawn.map(([letter, , side]) => `${letter} median ${duration(side.median)}`).join(', ')},
  ...decades(first, step, width, height), ...parts, ...medians);
}
