// Where calls come from: stacks, the outermost function on top. Without stacks: processes, calls, and what they were about.

class Flame {
  static ROW = 20;
  // Deeper ones end here: no screen shows more.
  static DEEPEST = 200;

  constructor(trace, selection) {
    this.title = 'Flame graph';
    this.id = 'flame';
    this.trace = trace;
    this.selection = selection;
    this.by = 'time';
    this.canvas = el('canvas', {tabindex: '0', role: 'application',
      'aria-label': 'Flame graph. Arrow keys choose a frame, Enter zooms into it, Escape zooms out. The table below has the same content.'});
    this.path = el('p.path');
    this.box = el('div.flame', {}, this.canvas);
    const pick = el('select', {'aria-label': 'Width by', onchange: event => {
      this.by = event.target.value;
      this.refresh();
    }}, ...[['time', 'Width: time in calls'], ['count', 'Width: number of calls'], ['bytes', 'Width: bytes moved']]
      .map(([value, title]) => el('option', {value}, title)));
    this.out = el('button', {type: 'button', onclick: () => this.focus(this.root)}, 'Zoom out');
    this.table = new SortedTable('Frames', [
      {title: 'Own', value: one => one.own, number: true, cell: one => el('span.share', {}, share(one.own / this.mostOwn), this.amount(one.own))},
      {title: 'With callees', value: one => one.total, text: one => this.amount(one.total), number: true},
      {title: 'Frame', wide: true, value: one => one.name, cell: one => el('span.name', {}, el('b', {}, one.name), el('span.quiet', {}, one.note))},
    ], 1, 50);
    this.element = el('div', {},
      trace.hasStacks ? '' : el('p.quiet', {}, 'This trace has no stacks: add -k (whole stacks) or -s (the line in the source) to see which code'
        + ' makes the calls. Until then: process, call, and what it was about.'),
      el('div.row', {}, pick, this.out), this.path, this.box, this.table.element);
    this.draw = onFrame(() => this.drawNow());
    this.canvas.addEventListener('click', event => this.pick(event));
    this.canvas.addEventListener('pointermove', event => this.hover(event));
    this.canvas.addEventListener('pointerleave', () => tip.hide());
    this.canvas.addEventListener('keydown', event => this.key(event));
    new ResizeObserver(() => this.draw()).observe(this.box);
  }

  amount(weight) {
    return this.by === 'time' ? duration(weight) : this.by === 'count' ? count(weight) : size(weight);
  }

  refresh() {
    const {trace} = this;
    this.root = {name: 'all', note: '', key: 'root', depth: 0, total: 0, own: 0, children: new Map(), parent: undefined};
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
    this.focus(this.root);
  }

  child(node, {key, name, note, category}) {
    let child = node.children.get(key);
    if (child === undefined) {
      child = {name, note, category, key, depth: node.depth + 1, total: 0, own: 0, children: new Map(), parent: node};
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

  focus(node) {
    this.focused = node;
    this.chosen = node;
    this.out.disabled = node === this.root;
    const names = [];
    for (let at = node; at; at = at.parent) {
      names.unshift(at.name);
    }
    this.path.textContent = `${names.join(' ' + ARROW + ' ')} ${DOT} ${this.amount(node.total)} ${DOT} ${percent(node.total, this.root.total)}`;
    this.draw();
  }

  // Ancestors across the whole width, then what is below.
  layout(width) {
    const boxes = [];
    const above = [];
    for (let at = this.focused; at; at = at.parent) {
      above.unshift(at);
    }
    above.forEach((node, row) => boxes.push({node, row, left: 0, width, faded: node !== this.focused}));
    const place = (node, left, row) => {
      let at = left;
      const children = [...node.children.values()].sort((a, b) => b.total - a.total);
      for (const child of children) {
        const wide = child.total / this.focused.total * width;
        if (wide < 0.4) {
          break;
        }
        boxes.push({node: child, row, left: at, width: wide, faded: false});
        place(child, at, row + 1);
        at += wide;
      }
    };
    place(this.focused, 0, above.length);
    return boxes;
  }

  drawNow() {
    const width = this.box.clientWidth;
    if (width === 0 || this.root === undefined) {
      return;
    }
    this.boxes = this.root.total === 0 ? [] : this.layout(width);
    const deepest = this.boxes.reduce((most, box) => Math.max(most, box.row), 0);
    const context = canvasContext(this.canvas, width, (deepest + 1) * Flame.ROW);
    context.font = '11px ' + colours.of('sans');
    context.textBaseline = 'middle';
    for (const {node, row, left, width: wide, faded} of this.boxes) {
      context.globalAlpha = faded ? 0.45 : 1;
      context.fillStyle = node.category ? colours.of('cat-' + node.category) : colours.of('flame-' + hashOf(node.key) % 5);
      context.fillRect(left, row * Flame.ROW, Math.max(0.5, wide - (wide > 3 ? 1 : 0)), Flame.ROW - 1);
      if (wide > 30) {
        context.fillStyle = colours.of(node.category === 'wait' ? 'on-wait' : node.category ? 'on-cat' : 'on-flame');
        context.fillText(fitted(context, node.name, wide - 8), left + 4, row * Flame.ROW + Flame.ROW / 2);
      }
      context.globalAlpha = 1;
      if (node === this.chosen && document.activeElement === this.canvas) {
        context.strokeStyle = colours.of('text');
        context.lineWidth = 2;
        context.strokeRect(left + 1, row * Flame.ROW + 1, Math.max(2, wide - 3), Flame.ROW - 3);
      }
    }
  }

  at(event) {
    const row = Math.floor(event.offsetY / Flame.ROW);
    return (this.boxes || []).find(box => box.row === row && event.offsetX >= box.left && event.offsetX < box.left + box.width)?.node;
  }

  pick(event) {
    const node = this.at(event);
    if (node) {
      this.focus(node);
    }
  }

  hover(event) {
    const node = this.at(event);
    this.canvas.style.cursor = node ? 'pointer' : '';
    if (node) {
      tip.show(event.clientX, event.clientY, [node.name, node.note,
        `${this.amount(node.total)} ${DOT} ${percent(node.total, this.root.total)} of all`,
        node.own > 0 && node.children.size > 0 && 'own: ' + this.amount(node.own)]);
    } else {
      tip.hide();
    }
  }

  key(event) {
    const beside = by => {
      const all = [...this.chosen.parent?.children.values() || []].sort((a, b) => b.total - a.total);
      return all[all.indexOf(this.chosen) + by];
    };
    const next = {
      ArrowDown: () => [...this.chosen.children.values()].sort((a, b) => b.total - a.total)[0],
      ArrowUp: () => this.chosen.parent,
      ArrowRight: () => beside(1),
      ArrowLeft: () => beside(-1),
    }[event.key];
    if (next) {
      event.preventDefault();
      this.chosen = next() || this.chosen;
      this.path.textContent = `${this.chosen.name} ${this.chosen.note} ${DOT} ${this.amount(this.chosen.total)} ${DOT} ${percent(this.chosen.total, this.root.total)}`;
      this.draw();
    } else if (event.key === 'Enter') {
      this.focus(this.chosen);
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      this.focus(this.focused.parent || this.root);
    }
  }
}

function hashOf(text) {
  let hash = 0;
  for (let at = 0; at < text.length; at++) {
    hash = hash * 31 + text.charCodeAt(at) >>> 0;
  }
  return hash;
}
