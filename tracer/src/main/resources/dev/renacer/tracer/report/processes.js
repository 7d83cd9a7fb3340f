// The processes as a tree.

// Each process behind the one that made it; numbers are given again, so it is the latest that had the number then.
function processTree(trace) {
  const byPid = new Map();
  const roots = [];
  const ordered = trace.processes.slice().sort((a, b) => a.start - b.start || a.index - b.index);
  for (const process of ordered) {
    process.children = [];
    const parent = process.parent === process.pid ? undefined : byPid.get(process.parent);
    (parent ? parent.children : roots).push(process);
    byPid.set(process.pid, process);
  }
  const list = [];
  const pending = roots.reverse().map(process => [process, 0]);
  while (pending.length > 0) {
    const [process, depth] = pending.pop();
    process.depth = depth;
    list.push(process);
    for (const child of process.children.slice().reverse()) {
      pending.push([child, depth + 1]);
    }
  }
  return list;
}

// A lane for each thread that made calls, or about which there is something to tell.
function lanesOf(trace) {
  const lanes = [];
  for (const process of processTree(trace)) {
    const threads = process.threads.filter(thread => thread.rows.length > 0 || thread.marks.length > 0 || process.threads.length === 1);
    threads.sort((a, b) => (a.tid === process.pid ? -1 : b.tid === process.pid ? 1 : a.index - b.index));
    threads.forEach((thread, at) => lanes.push({thread, leader: at === 0, depth: process.depth}));
  }
  return lanes;
}

class Processes {
  constructor(trace, selection) {
    this.title = 'Processes';
    this.id = 'processes';
    this.trace = trace;
    this.selection = selection;
    this.order = new Map(processTree(trace).map((process, at) => [process, at]));
    this.table = new SortedTable('Processes', [
      {title: 'Process', wide: true, value: one => this.order.get(one.process), cell: one => this.name(one)},
      {title: 'Began (s)', value: one => one.process.start, text: one => one.process.seenStart ? offset(one.process.start) : 'before', number: true},
      {title: 'Lasted', value: one => one.process.end - one.process.start, text: one => duration(one.process.end - one.process.start), number: true},
      {title: 'Ended', value: one => one.process.ending,
        cell: one => el(one.process.failed ? 'span.bad' : 'span', {}, one.process.ending || 'after the trace')},
      {title: 'Threads', value: one => one.process.threads.length, text: one => count(one.process.threads.length), number: true},
      {title: 'Calls', value: one => one.count, text: one => count(one.count), number: true},
      {title: 'Errors', value: one => one.errors, number: true, cell: one => el('span.bad', {}, one.errors === 0 ? '' : count(one.errors))},
      {title: 'Working', value: one => one.working, number: true, text: one => duration(one.working)},
      {title: 'Waiting', value: one => one.waiting, number: true, text: one => duration(one.waiting)},
      {title: 'Not watched', value: one => one.rested, number: true, text: one => one.rested === 0 ? '' : duration(one.rested)},
    ], 0);
    this.table.onPick = one => selection.change({process: one.process.index});
    this.element = el('div', {}, this.table.element);
  }

  name({process}) {
    const programs = process.programs.filter(program => program.path !== '');
    const name = el('span.name', {}, el('b', {}, process.name), el('span.quiet', {},
      `${process.pid}${process.vpid !== process.pid ? ` (${process.vpid} inside)` : ''}`
      + (programs.length > 0 ? ' ' + programs.map(program => program.path).join(` ${ARROW} `) : '')));
    if (this.table.sortAt === 0) {
      name.style.paddingLeft = Math.min(process.depth, 12) * 16 + 'px';
    }
    return name;
  }

  refresh() {
    const {trace} = this;
    const all = trace.processes.map(process => ({process, count: 0, errors: 0, working: 0, waiting: 0,
      rested: process.threads.reduce((sum, thread) => sum + thread.rested, 0)}));
    for (const row of this.selection.rows) {
      const one = all[trace.process(row).index];
      one.count++;
      if (trace.isError(row)) {
        one.errors++;
      }
      if (trace.is(row, WAITED)) {
        one.waiting += trace.duration[row];
      } else if ((trace.outcome[row] & UNFINISHED) === 0) {
        one.working += trace.duration[row];
      }
    }
    this.table.show(this.selection.isAll ? all : all.filter(one => one.count > 0));
  }
}
