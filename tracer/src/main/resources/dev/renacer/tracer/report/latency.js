// How long calls take, by call.

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
