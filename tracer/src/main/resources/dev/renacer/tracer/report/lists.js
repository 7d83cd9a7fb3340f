// The slowest calls, the errors, and the files and peers.

class Slowest {
  constructor(trace, selection, detail) {
    this.title = 'Slowest';
    this.id = 'slowest';
    this.trace = trace;
    this.selection = selection;
    this.withWaits = false;
    this.table = new SortedTable('The slowest calls', [
      {title: 'Took', value: row => trace.duration[row], number: true,
        cell: row => el('span.share', {}, share(trace.duration[row] / this.longest), duration(trace.duration[row]))},
      {title: 'Call', wide: true, value: row => trace.names[trace.name[row]],
        cell: row => el('span.name', {}, el('i.cat-' + trace.category(row)), el('b', {}, trace.names[trace.name[row]]),
          el('span', {}, '(' + trace.arguments(row).slice(0, 300) + ') = ' + trace.resultText(row)))},
      {title: 'Process', value: row => trace.process(row).name, text: row => `${trace.process(row).name} ${trace.threads[trace.thread[row]].tid}`},
      {title: 'Time (s)', value: row => trace.start[row], text: row => offset(trace.start[row]), number: true},
    ], 0, 100);
    this.table.onPick = row => detail.show(row, true);
    this.hint = el('p.quiet');
    this.element = el('div', {},
      el('label.check', {}, el('input', {type: 'checkbox', onchange: event => {
        this.withWaits = event.target.checked;
        this.refresh();
      }}), ' Also calls that waited for something to do'), this.hint, this.table.element);
  }

  refresh() {
    const rows = slowest(this.trace, this.selection.rows, 100, this.withWaits);
    this.longest = Math.max(1, ...rows.map(row => this.trace.duration[row]));
    this.hint.textContent = this.withWaits ? '' : 'Sleeps, polls, waits for locks and for children are left out: their length does not mean slowness.';
    this.table.show(rows);
  }
}

function slowest(trace, rows, most, withWaits) {
  const kept = [];
  let least = -1;
  for (const row of rows) {
    const took = trace.duration[row];
    if (took > least && (withWaits || (trace.outcome[row] & WAITED) === 0) && (trace.outcome[row] & UNFINISHED) === 0) {
      kept.push(row);
      if (kept.length >= 4 * most) {
        kept.sort((a, b) => trace.duration[b] - trace.duration[a]).length = most;
        least = trace.duration[kept[most - 1]];
      }
    }
  }
  return kept.sort((a, b) => trace.duration[b] - trace.duration[a]).slice(0, most);
}

class Errors {
  constructor(trace, selection) {
    this.title = 'Errors';
    this.id = 'errors';
    this.trace = trace;
    this.selection = selection;
    this.withExpected = false;
    this.table = new SortedTable('Errors by path and peer', [
      {title: 'Count', value: one => one.count, number: true,
        cell: one => el('span.share', {}, share(one.count / this.most), count(one.count))},
      {title: 'Error', value: one => one.error.name,
        cell: one => el('span', {}, el('b.bad', {}, one.error.name), el('span.quiet.meaning', {}, ' ' + one.error.text))},
      {title: 'Call', value: one => one.call, text: one => one.call},
      {title: 'Path or peer', wide: true, value: one => one.subject.name, text: one => one.subject.name || DASH},
      {title: 'Processes', value: one => one.processes.size, text: one => [...one.processes].slice(0, 3).join(', ')
        + (one.processes.size > 3 ? ` and ${one.processes.size - 3} more` : '')},
      {title: 'Time lost', value: one => one.time, text: one => duration(one.time), number: true},
      {title: 'First (s)', value: one => one.first, text: one => offset(one.first), number: true},
    ], 0);
    this.table.onPick = one => selection.choose('error', `${one.error.name} of ${one.call} ${one.subject.name}`,
      row => trace.errno(row) === one.errno && trace.name[row] === one.name && trace.subject[row] === one.id);
    this.element = el('div', {},
      el('label.check', {}, el('input', {type: 'checkbox', onchange: event => {
        this.withExpected = event.target.checked;
        this.refresh();
      }}), ' Also errors that are part of normal work (would block, interrupted, time is up)'), this.table.element);
  }

  refresh() {
    const {trace} = this;
    const groups = new Map();
    for (const row of this.selection.rows) {
      const errno = trace.outcome[row] >>> FLAG_BITS;
      if (errno === 0 || (!this.withExpected && (trace.outcome[row] & EXPECTED) !== 0)) {
        continue;
      }
      const key = (trace.subject[row] * 4096 + errno) * 65536 + trace.name[row];
      let one = groups.get(key);
      if (one === undefined) {
        one = {
          errno, error: trace.errors.get(errno), name: trace.name[row], call: trace.names[trace.name[row]],
          id: trace.subject[row], subject: trace.subjects[trace.subject[row]], count: 0, time: 0, first: trace.start[row],
          processes: new Set(),
        };
        groups.set(key, one);
      }
      one.count++;
      one.time += trace.duration[row];
      one.processes.add(trace.process(row).name);
    }
    const all = [...groups.values()];
    this.most = all.reduce((most, one) => Math.max(most, one.count), 1);
    this.table.show(all);
  }
}

class Subjects {
  constructor(trace, selection) {
    this.title = 'Files & peers';
    this.id = 'subjects';
    this.trace = trace;
    this.selection = selection;
    this.kind = '';
    const bytes = (title, of) => ({title, value: of, number: true, text: one => of(one) === 0 ? '' : size(of(one))});
    this.table = new SortedTable('Files and peers', [
      {title: 'Name', wide: true, value: one => one.name, cell: one => el('span.name', {}, el('em.kind', {}, one.kind), el('span', {}, one.name))},
      {title: 'Calls', value: one => one.count, text: one => count(one.count), number: true},
      {title: 'Errors', value: one => one.errors, number: true, cell: one => el('span.bad', {}, one.errors === 0 ? '' : count(one.errors))},
      bytes('Read', one => one.read),
      bytes('Written', one => one.written),
      {title: 'Time', value: one => one.time, number: true, cell: one => el('span.share', {}, share(one.time / this.longest), duration(one.time))},
      {title: 'Longest', value: one => one.most, text: one => duration(one.most), number: true},
    ], 5);
    this.table.onPick = one => selection.choose('subject', one.name, row => trace.subject[row] === one.id);
    this.pick = el('select', {'aria-label': 'Kind', onchange: event => {
      this.kind = event.target.value;
      this.draw();
    }}, ...[['', 'Files, peers and all else'], ['file', 'Files'], ['peer', 'Peers'], ['socket', 'Sockets without a peer'], ['pipe', 'Pipes'], ['other', 'All else']]
      .map(([value, title]) => el('option', {value}, title)));
    this.element = el('div', {}, el('p', {}, this.pick), this.table.element);
  }

  refresh() {
    const {trace} = this;
    const length = trace.subjects.length;
    const [counts, errors] = [new Uint32Array(length), new Uint32Array(length)];
    const [read, written, time, most] = [0, 1, 2, 3].map(() => new Float64Array(length));
    for (const row of this.selection.rows) {
      const id = trace.subject[row];
      const took = trace.duration[row];
      counts[id]++;
      time[id] += took;
      most[id] = Math.max(most[id], took);
      if (trace.isError(row)) {
        errors[id]++;
      }
      const bytes = trace.bytes[row];
      if (bytes % 2 === 1) {
        written[id] += (bytes - 1) / 2;
      } else {
        read[id] += bytes / 2;
      }
    }
    this.all = [];
    trace.subjects.forEach(({kind, name}, id) => {
      if (counts[id] > 0 && name !== '') {
        this.all.push({id, kind, name, count: counts[id], errors: errors[id], read: read[id], written: written[id], time: time[id], most: most[id]});
      }
    });
    this.draw();
  }

  draw() {
    const shown = this.all.filter(one => this.kind === '' || one.kind === this.kind);
    this.longest = shown.reduce((most, one) => Math.max(most, one.time), 1);
    this.table.show(shown);
  }
}
