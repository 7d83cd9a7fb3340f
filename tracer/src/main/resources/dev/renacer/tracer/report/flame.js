// Where calls come from: stacks, the outermost function on top. Without stacks: processes, calls, and what they were about.

class Flame {
  // Deeper ones end here: no screen shows more.
  static DEEPEST = 200;

  constructor(trace, selection) {
    this.title = 'Flame graph';
    this.id = 'flame';
    this.trace = trace;
    this.selection = selection;
    this.by = 'time';
    this.graph = new FlameCanvas({
      box: node => ({
        fill: node.category ? 'cat-' + node.category : 'flame-' + hashOf(node.key) % 5,
        text: node.category === 'wait' ? 'on-wait' : node.category ? 'on-cat' : 'on-flame',
        name: node.name,
      }),
      lines: node => [
        `${this.amount(node.total)} ${DOT} ${percent(node.total, this.root.total)} of all`,
        node.own > 0 && node.children.size > 0 && 'own: ' + this.amount(node.own)],
    });
    const pick = el('select', {'aria-label': 'Width by', onchange: event => {
      this.by = event.target.value;
      this.refresh();
    }}, ...[['time', 'Width: time in calls'], ['count', 'Width: number of calls'], ['bytes', 'Width: bytes moved']]
      .map(([value, title]) => el('option', {value}, title)));
    this.table = new SortedTable('Frames', [
      {title: 'Own', value: one => one.own, number: true, cell: one => one.own === 0 ? '' : el('span.share', {}, share(one.own / this.mostOwn), this.amount(one.own))},
      {title: 'With callees', value: one => one.total, text: one => this.amount(one.total), number: true},
      {title: 'Frame', wide: true, value: one => one.name, cell: one => el('span.name', {}, el('b', {}, one.name), el('span.quiet', {}, one.note))},
    ], 1, 50);
    this.element = el('div', {},
      trace.hasStacks ? '' : el('p.quiet', {}, 'This trace has no stacks: add -k (whole stacks) or -s (the line in the source) to see which code'
        + ' makes the calls. Until then: process, call, and what it was about.'),
      el('div.row', {}, pick, this.graph.out), this.graph.path, this.graph.element, this.table.element);
  }

  draw() {
    this.graph.draw();
  }

  drawNow() {
    this.graph.drawNow();
  }

  amount(weight) {
    return this.by === 'time' ? duration(weight) : this.by === 'count' ? count(weight) : size(weight);
  }

  refresh() {
    this.root = {name: 'all', note: '', key: 'root', total: 0, own: 0, children: new Map(), parent: undefined};
    this.weights().forEach((amount, way) => {
      if (amount === 0) {
        return;
      }
      let node = this.root;
      node.total += amount;
      for (const step of this.steps(way)) {
        node = this.child(node, step);
        node.total += amount;
      }
      node.own += amount;
    });
    this.fillTable();
    this.graph.show(this.root);
  }

  // What each way has of the selected calls.
  weights() {
    const {trace} = this;
    const {ofRow, rows} = this.ways ||= this.found();
    const weights = new Float64Array(rows.length);
    if (this.by === 'count') {
      for (const row of this.selection.rows) {
        weights[ofRow[row]]++;
      }
    } else if (this.by === 'bytes') {
      for (const row of this.selection.rows) {
        weights[ofRow[row]] += trace.moved(row);
      }
    } else {
      for (const row of this.selection.rows) {
        if ((trace.outcome[row] & UNFINISHED) === 0) {
          weights[ofRow[row]] += trace.duration[row];
        }
      }
    }
    return weights;
  }

  // The ways of all calls, numbered, and a call that has gone each: a trace has far fewer ways than calls.
  found() {
    const {trace} = this;
    const last = trace.hasStacks ? trace.stack : trace.subject;
    const processes = Uint32Array.from(trace.threads, thread => thread.process.index);
    const ofRow = new Uint32Array(trace.size);
    const rows = [];
    // By process, call and whether it waited, then by what ends the way.
    const known = new Map();
    for (let row = 0; row < trace.size; row++) {
      const outer = (processes[trace.thread[row]] * trace.names.length + trace.name[row]) * 2 + (trace.is(row, WAITED) ? 1 : 0);
      let inner = known.get(outer);
      if (inner === undefined) {
        known.set(outer, inner = new Map());
      }
      let way = inner.get(last[row]);
      if (way === undefined) {
        inner.set(last[row], way = rows.length);
        rows.push(row);
      }
      ofRow[row] = way;
    }
    return {ofRow, rows};
  }

  child(node, {key, name, note, category}) {
    let child = node.children.get(key);
    if (child === undefined) {
      child = {name, note, category, key, total: 0, own: 0, children: new Map(), parent: node};
      node.children.set(key, child);
    }
    return child;
  }

  steps(way) {
    const {trace} = this;
    const row = this.ways.rows[way];
    const steps = this.known ||= [];
    if (steps[way] === undefined) {
      const {process} = trace.threads[trace.thread[row]];
      const program = {key: 'p' + process.name, name: process.name, note: ''};
      const call = {key: 'c' + trace.name[row], name: trace.names[trace.name[row]], note: '', category: trace.category(row)};
      const subject = trace.subjects[trace.subject[row]];
      steps[way] = trace.hasStacks
        ? [program, ...trace.stacks[trace.stack[row]].slice(0, Flame.DEEPEST).reverse().map(frame => ({
          key: 'f' + trace.frames[frame].name + '\t' + trace.frames[frame].file, name: trace.frames[frame].name, note: trace.frames[frame].file,
        })), call]
        : [program, call, ...(subject.name === '' ? [] : [{key: 's' + trace.subject[row], name: subject.name, note: '', category: call.category}])];
    }
    return steps[way];
  }

  // By name, wherever it stands; a function that calls itself counts once.
  fillTable() {
    const byKey = new Map();
    const walk = (node, above) => {
      let one = byKey.get(node.key);
      if (one === undefined) {
        one = {name: node.name, note: node.note ? ' ' + node.note : '', own: 0, total: 0};
        byKey.set(node.key, one);
      }
      one.own += node.own;
      const again = above.has(node.key);
      if (!again) {
        one.total += node.total;
        above.add(node.key);
      }
      node.children.forEach(child => walk(child, above));
      if (!again) {
        above.delete(node.key);
      }
    };
    this.root.children.forEach(child => walk(child, new Set()));
    const rows = [...byKey.values()];
    this.mostOwn = rows.reduce((most, one) => Math.max(most, one.own), 1);
    this.table.show(rows);
  }
}
