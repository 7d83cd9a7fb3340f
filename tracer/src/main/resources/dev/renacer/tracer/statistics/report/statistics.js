// Reads the file it stands in, and puts the tables together.

class SearchedRows {
  constructor() {
    this.listeners = [];
    this.text = '';
  }

  get isAll() {
    return this.text.trim() === '';
  }

  change(text) {
    this.text = text;
    this.words = text.toLowerCase().split(/\s+/).filter(Boolean)
      .map(word => word.length > 1 && word.startsWith('!') ? [word.slice(1), false] : [word, true]);
    this.listeners.forEach(listener => listener());
  }

  of(rows) {
    return this.isAll ? rows : rows.filter(one => this.words.every(([word, has]) => one.searched.includes(word) === has));
  }
}

function statisticsNotes(statistics) {
  const notes = [];
  const unreturned = Object.entries(statistics.not_returned);
  if (statistics.lost > 0) {
    notes.push(`${plural(statistics.lost, 'event was', 'events were')} lost because the buffer between tracer and renacer was full`);
  }
  if (unreturned.length > 0) {
    notes.push('Not returned, and so in no table: ' + unreturned.map(([name, calls]) => `${shown(name)} ${count(calls)}`).join(', '));
  }
  if (statistics.in_flight.length > 0) {
    notes.push('In flight at the end: ' + statistics.in_flight.map(({name, calls, longest_ns: longest}) =>
      `${shown(name)} ${count(calls)} (for ${calls === 1 ? '' : 'up to '}${duration(longest)})`).join(', '));
  }
  if (statistics.calls_without_stack > 0) {
    notes.push(`${plural(statistics.calls_without_stack, 'call has', 'calls have')} no stack: of 32-bit programs, or in progress when the trace began`);
  }
  return notes;
}

async function start() {
  const statistics = await documentOf('document');
  const bars = await documentOf('bars');
  const facts = factsOf();
  const selection = new SearchedRows();
  byId('content').hidden = false;
  const {calls} = statistics;
  const views = [callFigures(statistics, bars.calls, selection), errorFigures(statistics, selection)];
  if (statistics.functions) {
    const whole = statistics.functions.reduce((sum, one) => sum + one.own_ns, 0);
    views.push(functionFigures(statistics, bars.functions, selection, whole), pathFigures(statistics, selection, whole), callerFigures(statistics, selection, whole));
    views.unshift(...views.splice(2));
  }
  const notes = [...statisticsNotes(statistics), ...textsOf('end')];
  if (document.querySelector('script.end') === null) {
    notes.push('This page was not completed: the file was cut');
  }
  showFacts(facts.command, [['Host', facts.host], ['Kernel', facts.kernel], ['renacer', facts.version],
    ...Object.entries(facts).filter(([name]) => !['command', 'version', 'host', 'kernel', 'zone'].includes(name))], notes);
  const sum = name => calls.reduce((all, one) => all + one[name], 0);
  const longest = calls.reduce((most, one) => one.max_ns > (most?.max_ns ?? -1) ? one : most, undefined);
  const hottest = statistics.functions?.slice().sort((a, b) => b.own_ns - a.own_ns)[0];
  const tabs = new Tabs(views, selection);
  const tab = id => () => tabs.open(views.find(view => view.id === id));
  showTiles([
    ['Calls', count(sum('calls')), plural(calls.length, 'name', 'names')],
    ['Errors', count(sum('errors')), percent(sum('errors'), sum('calls')) + ' of the calls', sum('errors') > 0 ? 'bad' : '', tab('errors')],
    ['Time in calls', duration(statistics.total_ns), calls.length > 0 ? `mean ${duration(statistics.total_ns / sum('calls'))}` : ''],
    longest && ['Longest', duration(longest.max_ns), shown(longest.name)],
    hottest && ['Hottest function', duration(hottest.own_ns), shown(hottest.function), '', tab('functions')],
  ]);
  byId('search').addEventListener('input', event => selection.change(event.target.value));
  const clear = () => {
    byId('search').value = '';
    selection.change('');
  };
  byId('clear').addEventListener('click', () => {
    clear();
    byId('search').focus();
  });
  const update = () => {
    const rows = tabs.current.rows;
    byId('clear').hidden = selection.isAll;
    byId('matches').textContent = selection.isAll ? plural(rows.length, 'row', 'rows') : `${count(selection.of(rows).length)} of ${plural(rows.length, 'row', 'rows')}`;
  };
  selection.listeners.push(update);
  tabs.onOpen = update;
  followTheme(() => {});
  followKeys([['Arrows', 'move in a table'], ['Enter', 'show how the durations of a row spread'], ['Esc', 'clear the search']],
    'In the search every word must occur; a word behind ! must not. Durations include what tracing costs.', tabs, {}, () => {
      document.activeElement.blur?.();
      clear();
    });
  window.addEventListener('beforeprint', () => tabs.beforePrint());
  tabs.open(views[0]);
}

startWith(start);
