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
    const {trace} = this;
    this.root = {name: 'all', note: '', key: 'root', total: 0, own: 0, children: new Map(), parent: undefined};
    const weight = {
      time: row => trace.is(row, UNFINISHED) ? 0 : trace.duration[row], count: () => 1, bytes: row => trace.moved(row),
    }[this.by];
    for (const row of this.selection.rows) {
      const amount = weight(row);
      if (amount === 0) {
        continue;
      }
      let node = this.root;
      node.total += amount;
      for (const step of this.steps(row)) {
        node = this.child(node, step);
        node.total += amount;
      }
      node.own += amount;
    }
    this.fillTable();
    this.graph.show(this.root);
  }

  child(node, {key, name, note, category}) {
    let child = node.children.get(key);
    if (child === undefined) {
      child = {name, note, category, key, total: 0, own: 0, children: new Map(), parent: node};
      node.children.set(key, child);
    }
    return child;
  }

  // Kept for each combination that occurs: a trace has far fewer of them than calls.
  steps(row) {
    const {trace} = this;
    const thread = trace.threads[trace.thread[row]];
    const known = this.known ||= new Map();
    const last = trace.hasStacks ? trace.stack[row] : trace.subject[row];
    const key = `${thread.process.index} ${trace.name[row]} ${last} ${trace.is(row, WAITED)}`;
    let steps = known.get(key);
    if (steps === undefined) {
      const program = {key: 'p' + thread.process.name, name: thread.process.name, note: ''};
      const call = {key: 'c' + trace.name[row], name: trace.names[trace.name[row]], note: '', category: trace.category(row)};
      const subject = trace.subjects[trace.subject[row]];
      steps = trace.hasStacks
        ? [program, ...trace.stacks[last].slice(0, Flame.DEEPEST).reverse().map(frame => ({
          key: 'f' + trace.frames[frame].name + '\t' + trace.frames[frame].file, name: trace.frames[frame].name, note: trace.frames[frame].file,
        })), call]
        : [program, call, ...(subject.name === '' ? [] : [{key: 's' + last, name: subject.name, note: '', category: call.category}])];
      known.set(key, steps);
    }
    return steps;
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
