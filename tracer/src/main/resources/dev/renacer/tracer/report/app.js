// Reads the file it stands in, and puts the views together.

const DURATIONS = [0, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

async function read() {
  const blocks = [...document.querySelectorAll('script.block')];
  const trace = new Trace(blocks.reduce((sum, block) => sum + Number(block.dataset.calls), 0));
  const unread = [];
  let next = blocks.length > 0 ? inflated(bytesOf(blocks[0].textContent)) : undefined;
  for (let at = 0; at < blocks.length; at++) {
    // The browser unpacks the next block while this one is taken in.
    const current = next;
    next = at + 1 < blocks.length ? inflated(bytesOf(blocks[at + 1].textContent)) : undefined;
    next?.catch(() => {});
    try {
      trace.add(sectionsOf(await current));
    } catch (error) {
      // What follows refers to what this block brings.
      unread.push(`Block ${at + 1} of ${blocks.length} is damaged (${error.message}): this report ends in front of it`);
      break;
    }
    blocks[at].remove();
    byId('progress').value = 100 * (at + 1) / blocks.length;
  }
  trace.base ??= 0n;
  trace.finish();
  return {trace, unread};
}

// Sentences about what is not here.
function notesOf(trace, unread) {
  const notes = [...unread];
  if (document.querySelector('script.end') === null) {
    notes.push('This report was not completed: renacer was killed, or the file was cut. What came last is missing');
  }
  notes.push(...textsOf('end'));
  const rests = trace.threads.reduce((sum, thread) => sum + thread.rests, 0);
  if (rests > 0) {
    const time = trace.threads.reduce((sum, thread) => sum + thread.rested, 0);
    notes.push(`To keep to --max-slowdown threads went unwatched ${plural(rests, 'time', 'times')}, for ${duration(time)} in all; `
      + 'their calls then are not here, and such times are hatched in the timeline');
  }
  const detached = trace.processes.filter(process => process.ending.startsWith('detached') && !process.ending.endsWith('requested'));
  if (detached.length > 0) {
    notes.push(`${plural(detached.length, 'process was', 'processes were')} let go before the end: `
      + detached.slice(0, 3).map(process => `${process.name} ${process.pid} (${process.ending.replace('detached: ', '')})`).join(', ')
      + (detached.length > 3 ? ' and others' : ''));
  }
  return notes;
}

function showHead(trace, facts, notes) {
  const known = ['command', 'version', 'host', 'kernel', 'zone'];
  const items = [
    ['Began', clock(trace.base, facts.zone)],
    ['Zone', facts.zone],
    ['Host', facts.host],
    ['Kernel', facts.kernel],
    ['renacer', facts.version],
    ...Object.entries(facts).filter(([name]) => !known.includes(name)),
  ];
  showFacts(facts.command, items, notes);
}

function tilesOf(trace, detail) {
  let [errors, working, waiting, read, written] = [0, 0, 0, 0, 0];
  for (let row = 0; row < trace.size; row++) {
    if (trace.isError(row)) {
      errors++;
    }
    if ((trace.outcome[row] & WAITED) !== 0) {
      waiting += trace.duration[row];
    } else if ((trace.outcome[row] & UNFINISHED) === 0) {
      working += trace.duration[row];
    }
    const bytes = trace.bytes[row];
    if (bytes % 2 === 1) {
      written += (bytes - 1) / 2;
    } else {
      read += bytes / 2;
    }
  }
  const [longest] = slowest(trace, trace.order, 1, false);
  const main = trace.processes[0];
  return [
    ['Calls', count(trace.size), `${count(Math.round(trace.size / Math.max(1e-9, trace.end / 1e9)))} a second`],
    ['Errors', count(errors), percent(errors, trace.size) + ' of the calls', errors > 0 ? 'bad' : ''],
    ['Lasted', duration(trace.end), main?.ending ? `${main.name} ${main.ending}` : '', main?.failed ? 'bad-note' : ''],
    ['In calls', duration(working), waiting > 0 ? `and ${duration(waiting)} waiting` : 'none of it waiting'],
    ['Processes', count(trace.processes.length), plural(trace.threads.length, 'thread', 'threads')],
    ['Read', size(read), ''],
    ['Written', size(written), ''],
    longest !== undefined && ['Slowest', duration(trace.duration[longest]), trace.names[trace.name[longest]], 'link', () => detail.show(longest, true)],
  ];
}

function showFilter(trace, selection) {
  const option = (value, title) => el('option', {value}, title);
  const counts = new Uint32Array(trace.names.length);
  for (let row = 0; row < trace.size; row++) {
    counts[trace.name[row]]++;
  }
  byId('pick-call').replaceChildren(option('', 'any'), ...trace.names.map((name, index) => ({name, index}))
    .sort((a, b) => a.name < b.name ? -1 : 1).map(({name, index}) => option(index, `${name} (${count(counts[index])})`)));
  byId('pick-process').replaceChildren(option('', 'any'), ...trace.processes.slice(0, 2000)
    .map(process => option(process.index, `${process.name} ${process.pid} (${count(process.calls)})`)));
  byId('pick-duration').replaceChildren(...DURATIONS.map(nanos => option(nanos, nanos === 0 ? 'any time' : duration(nanos).replace(/\.0+/, ''))));
  const number = text => text === '' ? undefined : Number(text);
  byId('pick-call').addEventListener('change', event => selection.change({call: number(event.target.value)}));
  byId('pick-process').addEventListener('change', event => selection.change({process: number(event.target.value)}));
  byId('pick-duration').addEventListener('change', event => selection.change({least: Number(event.target.value)}));
  byId('only-errors').addEventListener('change', event => selection.change({onlyErrors: event.target.checked}));
  byId('no-waits').addEventListener('change', event => selection.change({noWaits: event.target.checked}));
  byId('in-view').addEventListener('change', event => selection.change({inView: event.target.checked}));
  let typing;
  byId('search').addEventListener('input', event => {
    clearTimeout(typing);
    typing = setTimeout(() => selection.change({text: event.target.value}), 120);
  });
  byId('clear').addEventListener('click', () => {
    selection.reset();
    selection.apply();
    byId('search').focus();
  });
  const update = () => {
    const set = (id, value) => {
      if (byId(id).value !== value && document.activeElement !== byId(id)) {
        byId(id).value = value;
      }
    };
    set('search', selection.text);
    byId('pick-call').value = selection.call ?? '';
    byId('pick-process').value = selection.process ?? '';
    byId('pick-duration').value = selection.least;
    byId('only-errors').checked = selection.onlyErrors;
    byId('no-waits').checked = selection.noWaits;
    byId('in-view').checked = selection.inView;
    byId('clear').hidden = selection.isAll;
    byId('matches').textContent = selection.isAll
      ? plural(trace.size, 'call', 'calls')
      : `${count(selection.rows.length)} of ${plural(trace.size, 'call', 'calls')}`;
    byId('chips').replaceChildren(...selection.chips.map(chip => el('button.chip', {
      type: 'button', title: 'Remove', onclick: () => selection.change({chips: selection.chips.filter(one => one !== chip)}),
    }, el('span', {}, chip.title), ' \u00d7')));
  };
  selection.listeners.push(update);
  update();
}

async function start() {
  const facts = factsOf();
  const {trace, unread} = await read();
  const selection = new Selection(trace);
  const detail = new Detail(trace, facts, selection);
  byId('content').hidden = false;
  const timeline = new Timeline(trace);
  const overview = new Overview(trace, selection, timeline);
  const calls = new Calls(trace, selection, detail);
  const views = [calls, new Latency(trace, selection), new Slowest(trace, selection, detail), new Errors(trace, selection),
    new Subjects(trace, selection), new Flame(trace, selection), new Processes(trace, selection)];
  const flame = views[5];
  showHead(trace, facts, notesOf(trace, unread));
  showTiles(tilesOf(trace, detail));
  showFilter(trace, selection);
  byId('legend').replaceChildren(...CATEGORIES.map(category => el('li', {}, el('i.cat-' + category), CATEGORY_NAMES[category])),
    el('li', {}, el('i.cat-error'), 'error'));
  const tabs = new Tabs(views, selection);
  selection.view = () => [timeline.from, timeline.to];
  selection.listeners.push(() => overview.draw());
  let settling;
  timeline.onView = () => {
    overview.draw();
    byId('view-range').textContent = `${duration(timeline.to - timeline.from)} from +${offset(timeline.from)} s`;
    if (selection.inView) {
      clearTimeout(settling);
      settling = setTimeout(() => selection.apply(), 150);
    }
  };
  timeline.onChoose = row => {
    detail.show(row, true);
    calls.reveal(row);
  };
  detail.onRow = row => {
    timeline.chosen = row;
    timeline.draw();
  };
  detail.onLocate = row => {
    timeline.box.scrollIntoView({block: 'nearest'});
    timeline.locate(row);
  };
  byId('zoom-in').addEventListener('click', () => timeline.zoom(0.5));
  byId('zoom-out').addEventListener('click', () => timeline.zoom(2));
  byId('zoom-all').addEventListener('click', () => timeline.all());
  followTheme(() => {
    timeline.draw();
    overview.draw();
    flame.draw();
  });
  keysOf(tabs, selection, detail, timeline, calls);
  window.addEventListener('beforeprint', () => {
    tabs.beforePrint();
    [timeline, overview, flame].forEach(canvas => canvas.drawNow());
  });
  tabs.open(calls);
  timeline.view(0, trace.end);
}

startWith(start);
