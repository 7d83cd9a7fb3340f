// The tables of statistics: calls, errors, functions, the ways to calls, and callers.

function timeColumn(title, name) {
  return {title, number: true, value: one => one[name] ?? 0, text: one => one[name] === undefined ? DASH : duration(one[name])};
}

function countColumn(title, name) {
  return {title, number: true, value: one => one[name] ?? 0, text: one => one[name] ? count(one[name]) : ''};
}

// A table of which a row shows how its durations spread.
class Figures {
  constructor(id, title, selection, columns, sortAt, rows, told = '') {
    this.id = id;
    this.title = title;
    this.selection = selection;
    this.rows = rows;
    this.figure = el('div.figure');
    this.table = new SortedTable(title, columns, sortAt);
    if (rows.some(one => one.bars)) {
      this.table.onPick = one => {
        this.chosen = one;
        this.drawFigure();
        this.figure.scrollIntoView({block: 'nearest'});
      };
    }
    this.element = el('div', {}, told ? el('p.quiet', {}, told) : '', this.figure, this.table.element);
  }

  refresh() {
    const rows = this.selection.of(this.rows);
    this.table.empty = this.rows.length === 0 ? 'There is none.' : 'Nothing matches the search.';
    this.table.show(rows);
    this.chosen = rows.includes(this.chosen) ? this.chosen : rows.slice().sort((a, b) => b.total_ns - a.total_ns)[0];
    this.drawFigure();
  }

  drawFigure() {
    const one = this.chosen;
    if (!one?.bars || one.bars.length === 0) {
      this.figure.replaceChildren();
      return;
    }
    const bars = new Array(BARS).fill(0);
    one.bars.forEach(([bar, number]) => bars[bar] = number);
    const figures = [['calls', count(one.calls)], ['least', one.min_ns], ['mean', one.mean_ns], ['std dev', one.stddev_ns], ['median', one.p50_ns],
      ['p75', one.p75_ns], ['p90', one.p90_ns], ['p95', one.p95_ns], ['p99', one.p99_ns], ['longest', one.max_ns]];
    this.figure.replaceChildren(
      el('h3', {}, el('b', {}, one.shown)),
      el('dl.figures', {}, ...figures.filter(([, value]) => value !== undefined).map(([name, value]) =>
        el('div', {}, el('dt', {}, name + ' '), el('dd', {}, typeof value === 'number' ? duration(value) : value)))),
      histogram({name: one.shown, bars, category: 'plain', at: part => part === 0.5 ? one.p50_ns ?? medianOf(one) : one.p99_ns}));
  }
}

// Where only bars are known: the upper end of the bar that has it.
function medianOf(one) {
  let seen = 0;
  for (const [bar, number] of one.bars) {
    seen += number;
    if (seen * 2 >= one.calls) {
      return Math.min(barStart(bar + 1), one.max_ns);
    }
  }
  return one.max_ns;
}

function shareOf(one, whole, part = one.total_ns) {
  return el('span.share', {}, share(part / Math.max(1, whole)), percent(part, whole));
}

const SPREAD = [timeColumn('Least', 'min_ns'), timeColumn('Mean', 'mean_ns'), timeColumn('Std dev', 'stddev_ns'), timeColumn('Median', 'p50_ns'),
  timeColumn('p75', 'p75_ns'), timeColumn('p90', 'p90_ns'), timeColumn('p95', 'p95_ns'), timeColumn('p99', 'p99_ns'), timeColumn('Longest', 'max_ns')];

function sparkOf(one) {
  const bars = new Array(BARS).fill(0);
  one.bars.forEach(([bar, number]) => bars[bar] = number);
  return one.bars.length === 0 ? '' : spark(bars);
}

function callFigures(statistics, bars, selection) {
  const rows = statistics.calls.map((one, at) => ({...one, shown: shown(one.name), searched: one.name.toLowerCase(), bars: bars[at]}));
  return new Figures('calls', 'Calls', selection, [
    {title: '% time', number: true, value: one => one.total_ns, cell: one => shareOf(one, statistics.total_ns)},
    timeColumn('Total', 'total_ns'), countColumn('Calls', 'calls'),
    {title: 'Errors', number: true, value: one => one.errors, cell: one => el('span.bad', {}, one.errors === 0 ? '' : count(one.errors))},
    {title: 'Call', value: one => one.shown, cell: one => el('b', {}, one.shown)},
    ...SPREAD, {title: 'Distribution', cell: sparkOf},
  ], 0, rows);
}

function errorFigures(statistics, selection) {
  const rows = statistics.calls.flatMap(call => (call.by_errno || []).map(one => ({...one, call: shown(call.name), of: call.calls,
    searched: `${one.errno} ${call.name}`.toLowerCase()})));
  return new Figures('errors', 'Errors', selection, [
    countColumn('Count', 'calls'), {title: 'Error', value: one => one.errno, cell: one => el('b.bad', {}, one.errno)},
    {title: 'Call', value: one => one.call, cell: one => el('b', {}, one.call)},
    {title: 'Of its calls', number: true, value: one => one.calls / one.of, text: one => percent(one.calls, one.of)},
    timeColumn('Total', 'total_ns'), ...SPREAD,
  ], 0, rows);
}

function nameOfFunction(one) {
  return el('span.name', {}, el('b', {}, shown(one.function)), el('span.quiet', {}, shown(one.place || one.file || '')));
}

function functionFigures(statistics, bars, selection, whole) {
  const rows = statistics.functions.map((one, at) => ({...one, shown: shown(one.function), bars: bars[at],
    searched: `${one.function} ${one.file} ${one.place || ''}`.toLowerCase()}));
  return new Figures('functions', 'Functions', selection, [
    {title: '% time', number: true, value: one => one.total_ns, cell: one => shareOf(one, whole)},
    timeColumn('Total', 'total_ns'), timeColumn('Own', 'own_ns'), timeColumn('Below', 'below_ns'),
    countColumn('Calls', 'calls'), countColumn('Own calls', 'own_calls'), timeColumn('p99', 'p99_ns'), timeColumn('Longest', 'max_ns'),
    {title: 'Function', wide: true, value: one => one.shown, cell: nameOfFunction}, {title: 'Distribution', cell: sparkOf},
  ], 0, rows, 'Own are the calls that a function makes itself, below those that functions it called make. Times of threads at once add up.');
}

function pathFigures(statistics, selection, whole) {
  const rows = statistics.hot_paths.map(one => ({...one, way: [...one.functions, one.syscall + '()'].map(shown),
    searched: [...one.functions, one.syscall].join(' ').toLowerCase()}));
  const left = statistics.hot_paths_left_out;
  return new Figures('paths', 'Hot paths', selection, [
    {title: '% time', number: true, value: one => one.total_ns, cell: one => shareOf(one, whole)},
    timeColumn('Total', 'total_ns'), countColumn('Calls', 'calls'), timeColumn('Mean', 'mean_ns'), timeColumn('Longest', 'max_ns'),
    {title: 'Path', wide: true, value: one => one.way.join(), cell: one => el('span.way', {},
      ...one.way.flatMap((step, at) => at === 0 ? [step] : [el('span', {}, ` ${ARROW} `), at === one.way.length - 1 ? el('b', {}, step) : step]))},
  ], 0, rows, 'The ways through the program to the calls that took longest.' + (left > 0 ? ` ${plural(left, 'more is', 'more are')} not listed.` : ''));
}

function callerFigures(statistics, selection, whole) {
  const rows = statistics.callers.map(one => ({...one, from: shown(one.caller.function), to: shown(one.callee.function),
    searched: `${one.caller.function} ${one.callee.function}`.toLowerCase()}));
  return new Figures('callers', 'Callers', selection, [
    {title: '% time', number: true, value: one => one.total_ns, cell: one => shareOf(one, whole)},
    timeColumn('Total', 'total_ns'), countColumn('Calls', 'calls'), timeColumn('Mean', 'mean_ns'), timeColumn('Longest', 'max_ns'),
    {title: 'Caller', wide: true, value: one => one.from, cell: one => nameOfFunction(one.caller)},
    {title: 'Function', wide: true, value: one => one.to, cell: one => nameOfFunction(one.callee)},
  ], 0, rows, 'The time of the calls below each.');
}
