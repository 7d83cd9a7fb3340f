// A differential flame graph: red grew from A to B, blue shrank; a mark in front of each name says the same without colour.

const GRADES = [
  ['new', '+', 'grew-much', 'only in B'],
  ['much more', '\u25b2\u25b2', 'grew-much', 'at least twice as much'],
  ['more', '\u25b2', 'grew', 'at least a tenth more'],
  ['the same', '=', 'same', 'less than a tenth more or less'],
  ['less', '\u25bc', 'shrank', 'at least a tenth less'],
  ['much less', '\u25bc\u25bc', 'shrank-much', 'half or less'],
  ['gone', '\u00d7', 'shrank-much', 'only in A'],
];

function gradeOf(a, b) {
  if (a === 0 || b === 0) {
    return a === b ? 3 : a === 0 ? 0 : 6;
  }
  const factor = b / a;
  return factor >= 2 ? 1 : factor >= 1.1 ? 2 : factor <= 0.5 ? 5 : factor <= 1 / 1.1 ? 4 : 3;
}

class DifferenceFlame {
  constructor({basis, root}) {
    this.title = 'Flame graph';
    this.id = 'flame';
    this.tree = root;
    this.by = 'time';
    this.width = 'both';
    this.graph = new FlameCanvas({
      box: node => {
        const [, mark, look] = GRADES[node.grade];
        return {fill: look, text: look.endsWith('much') ? 'on-much' : look === 'same' ? 'on-same' : 'on-some',
          name: node.grade === 3 ? node.name : mark + ' ' + node.name};
      },
      lines: node => [`A ${this.amount(node.a)} ${ARROW} B ${this.amount(node.b)}`, `${this.signed(node.b - node.a)} (${grown(node.b / node.a)})`],
    });
    const pick = (label, set, options) => el('select', {'aria-label': label, onchange: event => {
      set(event.target.value);
      this.refresh();
    }}, ...options.map(([value, title]) => el('option', {value}, title)));
    this.table = new SortedTable('Frames', [
      {title: 'Change', value: one => Math.abs(one.b - one.a), number: true, cell: one => el('span.change', {}, this.signed(one.b - one.a))},
      {title: 'A', value: one => one.a, text: one => this.amount(one.a), number: true},
      {title: 'B', value: one => one.b, text: one => this.amount(one.b), number: true},
      {title: 'Growth', value: one => one.a === one.b ? 1 : one.b / one.a, number: true,
        cell: one => el('span.grade', {class: 'change'}, GRADES[gradeOf(one.a, one.b)][1] + ' ' + grown(one.b / one.a))},
      {title: 'Frame', wide: true, value: one => one.name, cell: one => el('span.name', {}, el('em.kind', {}, one.kind === 'subject' ? 'path or peer' : one.kind), el('b', {}, one.name), el('span.quiet', {}, one.note))},
    ], 0, 50);
    this.element = el('div', {},
      basis === 'stacks' ? '' : el('p.quiet', {}, 'Without the stacks of both recordings, which -k records, these are processes, '
        + (basis === 'sites' ? 'the functions that make calls, ' : '') + 'calls, and what they are about.'),
      el('div.row', {},
        pick('Compare by', value => this.by = value, [['time', 'Compare time in calls'], ['working', 'Compare time without waiting'], ['calls', 'Compare numbers of calls']]),
        pick('Width by', value => this.width = value, [['both', 'Width: the greater of A and B'], ['a', 'Width: A'], ['b', 'Width: B']]),
        this.graph.out),
      el('ul.grades', {'aria-label': 'Colours and marks'}, ...GRADES.map(([name, mark, look, what]) =>
        el('li', {}, el('span', {class: 'grade-' + look, 'aria-hidden': 'true'}, mark), `${name}: ${what}`))),
      this.graph.path, this.graph.element, this.table.element);
  }

  draw() {
    this.graph.draw();
  }

  amount(value) {
    return this.by === 'calls' ? count(value) : duration(value);
  }

  signed(value) {
    return value === 0 ? '0' : (value < 0 ? MINUS : '+') + this.amount(Math.abs(value));
  }

  refresh() {
    const of = (calls, time, waiting) => this.by === 'calls' ? calls : this.by === 'time' ? time : time - waiting;
    const made = ([kind, name, note, aCalls, aTime, aWaiting, bCalls, bTime, bWaiting, children], parent) => {
      const a = of(aCalls, aTime, aWaiting);
      const b = of(bCalls, bTime, bWaiting);
      const node = {kind, name: shown(name), note: shown(note), key: kind + '\t' + name + '\t' + note, a, b, own: this.widthOf(a, b), total: this.widthOf(a, b), parent};
      node.children = children.map(child => made(child, node));
      for (const child of node.children) {
        node.a += child.a;
        node.b += child.b;
        node.total += child.total;
      }
      node.grade = gradeOf(node.a, node.b);
      return node;
    };
    this.root = made(this.tree, undefined);
    this.fillTable();
    this.graph.show(this.root);
  }

  widthOf(a, b) {
    return this.width === 'a' ? a : this.width === 'b' ? b : Math.max(a, b);
  }

  // By name, wherever it stands; a function that calls itself counts once.
  fillTable() {
    const byKey = new Map();
    const above = new Set();
    const walk = node => {
      const again = above.has(node.key);
      if (!again) {
        let one = byKey.get(node.key);
        if (one === undefined) {
          byKey.set(node.key, one = {kind: node.kind, name: node.name, note: node.note && ' ' + node.note, a: 0, b: 0});
        }
        one.a += node.a;
        one.b += node.b;
        above.add(node.key);
      }
      node.children.forEach(walk);
      if (!again) {
        above.delete(node.key);
      }
    };
    this.root.children.forEach(walk);
    this.table.show([...byKey.values()].filter(one => one.a > 0 || one.b > 0));
  }

  beforePrint() {
    this.graph.drawNow();
  }
}
