// The table of calls.

class Calls {
  constructor(trace, selection, detail) {
    this.title = 'Calls';
    this.id = 'calls';
    this.trace = trace;
    this.selection = selection;
    this.rows = selection.rows;
    this.by = 'time';
    this.down = false;
    this.table = new VirtualTable('Calls', [
      {id: 'time', title: 'Time (s)', sortable: true},
      {id: 'took', title: 'Took', sortable: true},
      {id: 'process', title: 'Process', sortable: true},
      {id: 'call', title: 'Call', sortable: true},
      {id: 'result', title: 'Result', sortable: true},
    ]);
    this.table.fill = (index, cells, line) => this.fill(this.rows[index], cells, line);
    this.table.onSort = id => this.sortBy(id);
    this.table.onChoose = (index, open) => detail.show(this.rows[index], open);
    this.print = el('div.print-only');
    this.element = el('div.calls', {}, this.table.element, this.print);
  }

  fill(row, cells, line) {
    const trace = this.trace;
    const [time, took, process, call, result] = cells;
    const thread = trace.threads[trace.thread[row]];
    time.textContent = offset(trace.start[row]);
    took.textContent = trace.is(row, UNFINISHED) ? DASH : duration(trace.duration[row]);
    process.textContent = thread.process.name + ' ' + thread.tid;
    if (call.childElementCount === 0) {
      call.append(el('i'), el('b'), el('span'));
    }
    const [dot, name, text] = call.children;
    const category = 'cat-' + trace.category(row);
    if (dot.className !== category) {
      dot.className = category;
    }
    name.textContent = trace.names[trace.name[row]];
    text.textContent = '(' + trace.arguments(row).slice(0, 400) + ')';
    result.textContent = trace.resultText(row);
    line.classList.toggle('failed', trace.isError(row));
    line.classList.toggle('expected', trace.is(row, EXPECTED));
  }

  sortBy(id) {
    const descending = id === 'took';
    this.down = id === this.by ? !this.down : descending;
    this.by = id;
    this.refresh();
  }

  refresh() {
    this.rows = this.sorted(this.selection.rows);
    this.table.sorted(this.by, this.down);
    this.table.show(this.rows.length);
  }

  // What is sorted by is made a number for each row first.
  sorted(rows) {
    if (this.by === 'time' && !this.down) {
      return rows;
    }
    const trace = this.trace;
    const ranks = texts => {
      const order = texts.map((text, at) => [text, at]).sort((a, b) => a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0);
      const rank = new Uint32Array(texts.length);
      order.forEach(([, at], place) => rank[at] = place);
      return rank;
    };
    const keys = {
      time: () => row => trace.start[row],
      took: () => row => trace.duration[row],
      process: () => {
        const rank = ranks(trace.threads.map(thread => thread.process.name + ' ' + String(thread.tid).padStart(10)));
        return row => rank[trace.thread[row]];
      },
      call: () => {
        const rank = ranks(trace.names);
        return row => rank[trace.name[row]];
      },
      result: () => {
        // Errors by their number, then what was moved.
        return row => trace.errno(row) !== 0 ? trace.errno(row) : 1e4 + trace.moved(row);
      },
    };
    const key = keys[this.by]();
    const order = byNumber(rows.length, Float64Array.from(rows, key));
    const sorted = Uint32Array.from(order, at => rows[at]);
    return this.down ? sorted.reverse() : sorted;
  }

  // Shows a call that was chosen elsewhere.
  reveal(row) {
    const index = this.rows.indexOf(row);
    if (index >= 0) {
      this.table.choose(index, true);
    }
  }

  beforePrint() {
    const most = 200;
    const trace = this.trace;
    const list = new SortedTable('Calls', [
      {title: 'Time (s)', text: row => offset(trace.start[row]), value: row => trace.start[row], number: true},
      {title: 'Took', text: row => duration(trace.duration[row]), number: true},
      {title: 'Process', text: row => trace.process(row).name + ' ' + trace.threads[trace.thread[row]].tid},
      {title: 'Call', text: row => trace.line(row), wide: true},
    ], 0, most);
    list.down = false;
    list.show(Array.from(this.rows.slice(0, most)));
    this.print.replaceChildren(
      el('p', {}, `The first ${count(Math.min(most, this.rows.length))} of ${plural(this.rows.length, 'call', 'calls')}.`),
      list.element);
  }
}
