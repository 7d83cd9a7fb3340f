// One call in full.

class Detail {
  constructor(trace, facts, selection) {
    this.trace = trace;
    this.facts = facts;
    this.selection = selection;
    this.row = -1;
    this.element = byId('detail');
    this.onRow = () => {};
    this.onLocate = () => {};
  }

  // open: also if the panel is closed
  show(row, open) {
    this.row = row;
    if (open || !this.element.hidden) {
      this.element.replaceChildren(...this.content(row));
      this.element.hidden = false;
    }
    this.onRow(row);
  }

  close() {
    this.element.hidden = true;
  }

  content(row) {
    const trace = this.trace;
    const thread = trace.threads[trace.thread[row]];
    const name = trace.names[trace.name[row]];
    const errno = trace.errno(row);
    const subject = trace.subjects[trace.subject[row]];
    const moved = trace.moved(row);
    const facts = [
      ['Began', clock(trace.epoch(trace.start[row]), this.facts.zone)],
      ['Since the start', offset(trace.start[row]) + ' s'],
      ['Took', trace.is(row, UNFINISHED)
        ? (trace.is(row, LEFT) ? 'it went on when the trace ended' : 'it did not return')
        : duration(trace.duration[row]) + (trace.is(row, IN_PROGRESS) ? ' since the trace began' : '')],
      ['Process', `${thread.process.name} ${thread.process.pid}`],
      thread.tid !== thread.process.pid && ['Thread', String(thread.tid)],
      errno !== 0 && ['Error', `${trace.errors.get(errno).name}: ${trace.errors.get(errno).text}`
        + (trace.is(row, EXPECTED) ? ' (part of normal work)' : '')],
      subject.name !== '' && [{file: 'File', peer: 'Peer', socket: 'Socket', pipe: 'Pipe', other: 'About'}[subject.kind], subject.name],
      moved > 0 && [trace.bytes[row] % 2 === 1 ? 'Written' : 'Read', `${size(moved)} (${count(moved)} bytes)`],
    ].filter(Boolean);
    const frames = trace.stacks[trace.stack[row]];
    const button = (title, act) => el('button', {type: 'button', onclick: act}, title);
    return [
      el('div.detail-head', {},
        el('h2', {}, el('i.cat-' + trace.category(row)), name),
        el('button', {type: 'button', 'aria-label': 'Close', title: 'Close (Esc)', onclick: () => this.close()}, '\u00d7')),
      el('pre.line', {tabindex: '0'}, trace.line(row)),
      el('dl.detail-facts', {}, ...facts.flatMap(([title, text]) => [el('dt', {}, title), el('dd', {}, text)])),
      frames.length > 0 ? el('h3', {}, 'Stack, innermost first') : '',
      frames.length > 0
        ? el('ol.stack', {}, ...frames.map(frame => el('li', {}, el('b', {}, trace.frames[frame].name), ' ', el('span.quiet', {}, trace.frames[frame].file))))
        : '',
      el('div.detail-actions', {},
        button('Show in timeline', () => this.onLocate(row)),
        button('Only ' + name, () => this.selection.change({call: trace.name[row]})),
        button('Only this thread', () => this.selection.choose('thread', `thread ${thread.tid}`, other => trace.thread[other] === thread.index)),
        subject.name === '' ? '' : button('Only this ' + (subject.kind === 'other' ? 'object' : subject.kind),
          () => this.selection.choose('subject', subject.name, other => trace.subject[other] === trace.subject[row])),
        frames.length > 0 ? button('Only this stack',
          () => this.selection.choose('stack', 'one stack', other => trace.stack[other] === trace.stack[row])) : '',
        navigator.clipboard ? button('Copy', () => navigator.clipboard.writeText(trace.line(row))) : ''),
    ];
  }
}
