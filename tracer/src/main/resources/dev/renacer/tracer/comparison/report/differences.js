// What differs, what matters most first.

const KINDS = [
  ['new_error', 'New error', 'worse'], ['slower', 'Slower', 'worse'], ['new_call', 'New call', 'other'], ['count', 'Other count', 'other'],
  ['vanished_call', 'Vanished call', 'other'], ['vanished_error', 'Vanished error', 'better'], ['faster', 'Faster', 'better'],
];
const KIND_NAMES = Object.fromEntries(KINDS.map(([kind, name]) => [kind, name]));
const KIND_LOOKS = Object.fromEntries(KINDS.map(([kind, , look]) => [kind, look]));

function isShift(one) {
  return one.kind === 'slower' || one.kind === 'faster';
}

// By how much it grew, as a factor; from nothing it is infinite.
function growth(one) {
  return isShift(one) ? one.b_median_ns / one.a_median_ns : one.b / one.a;
}

function grown(factor) {
  if (Number.isNaN(factor) || factor === 1) {
    return 'same';
  }
  if (factor === Infinity) {
    return 'new';
  }
  if (factor === 0) {
    return 'gone';
  }
  const by = (factor - 1) * 100;
  return (by < 0 ? MINUS : '+') + (Math.abs(by) >= 1000 ? count(Math.round(Math.abs(by))) : digits(Math.abs(by)).replace(/\.0+$/, '')) + ' %';
}

function likelihood(p) {
  return p === undefined ? '' : p < 1e-300 ? '< 1e-300' : p < 0.001 ? p.toExponential(0).replace('-', MINUS) : p.toFixed(3);
}

function aboutOf(one) {
  return shown(one.peer ? (one.descriptor ? one.descriptor + ' ' : '') + one.peer : one.path || one.descriptor || '');
}

class Differences {
  constructor(all, selection) {
    this.title = 'Differences';
    this.id = 'differences';
    this.selection = selection;
    this.figure = el('div.figure');
    const amount = (side, title) => ({title, number: true,
      value: one => isShift(one) ? one[side + '_median_ns'] : one[side],
      text: one => isShift(one) ? duration(one[side + '_median_ns']) : count(one[side])});
    this.table = new SortedTable('What differs', [
      {title: '#', value: one => one.rank, text: one => count(one.rank), number: true},
      {title: 'What', value: one => one.rank, cell: one => el('span.badge', {class: 'badge ' + KIND_LOOKS[one.kind]}, KIND_NAMES[one.kind])},
      {title: 'Call', value: one => one.syscall, cell: one => el('span.name', {}, el('b', {}, one.syscall), one.errno ? el('b.bad', {}, one.errno) : '')},
      {title: 'Path or peer', wide: true, value: one => one.about, text: one => one.about || DASH},
      {title: 'A', ...amount('a', 'A')},
      {title: 'B', ...amount('b', 'B')},
      {title: 'Change', value: one => growth(one), number: true, cell: one => el('span.change', {}, grown(growth(one)))},
      {title: 'p', value: one => one.p ?? 2, text: one => likelihood(one.p), number: true},
      {title: 'Made by', wide: all.some(one => one.site), value: one => one.site || '', text: one => shown(one.site || '') || DASH},
      {title: 'Process', wrap: true, value: one => one.role, text: one => shown(one.role)},
    ], 0);
    this.table.down = false;
    this.table.onPick = one => this.pick(one);
    this.element = el('div', {}, el('p.quiet', {}, 'A and B are numbers of calls or errors; of calls that became slower or faster, the median duration. '
      + 'A row shows how the durations of its calls spread in both.'), this.figure, this.table.element);
  }

  pick(one) {
    this.picked = one;
    this.figure.replaceChildren(...shiftFigure(one));
    this.figure.scrollIntoView({block: 'nearest'});
  }

  refresh() {
    this.table.empty = this.selection.isAll ? 'No difference.' : 'Nothing matches the filter.';
    this.table.show(this.selection.rows);
    if (this.picked === undefined && this.selection.rows.length > 0) {
      const first = this.selection.rows.find(isShift);
      if (first) {
        this.picked = first;
        this.figure.replaceChildren(...shiftFigure(first));
      }
    }
  }
}

// Calls whose durations are known on both sides.
class Shifts {
  constructor(selection) {
    this.title = 'Latency';
    this.id = 'latency';
    this.selection = selection;
    this.figure = el('div.figure');
    const of = (side, name, title) => ({title, number: true, value: one => one[side][name], text: one => duration(one[side][name])});
    this.table = new SortedTable('Durations that shifted', [
      {title: 'Call', value: one => one.syscall, cell: one => el('b', {}, one.syscall)},
      {title: 'Path or peer', wide: true, value: one => one.about, text: one => one.about || DASH},
      of('before', 'median', 'A median'), of('after', 'median', 'B median'),
      {title: 'Shift', value: one => Math.abs(Math.log(growth(one))), number: true, cell: one => el('span.change', {}, grown(growth(one)))},
      of('before', 'p95', 'A p95'), of('after', 'p95', 'B p95'), of('before', 'p99', 'A p99'), of('after', 'p99', 'B p99'),
      {title: 'A calls', value: one => one.a, text: one => count(one.a), number: true},
      {title: 'B calls', value: one => one.b, text: one => count(one.b), number: true},
      {title: 'p', value: one => one.p ?? 2, text: one => likelihood(one.p), number: true},
    ], 4);
    this.table.onPick = one => {
      this.figure.replaceChildren(...shiftFigure(one));
      this.figure.scrollIntoView({block: 'nearest'});
    };
    this.element = el('div', {}, el('p.quiet', {}, 'Calls that took longer or shorter, and not by chance: the Mann-Whitney U test of all groups of calls together '
      + '(Holm), with a chance below 1 % that any of them is a false one. Shifts below 10 % or 5 \u00b5s are left out.'),
      this.figure, this.table.element);
  }

  refresh() {
    const rows = this.selection.rows.filter(isShift);
    this.table.empty = this.selection.isAll ? 'No durations shifted.' : 'Nothing matches the filter.';
    this.table.show(rows);
    this.figure.replaceChildren(...rows.length > 0 ? shiftFigure(rows[0]) : []);
  }
}
