// Reads the file it stands in, and puts the views together.

class ChosenDifferences {
  constructor(all) {
    this.all = all;
    this.listeners = [];
    this.reset();
    this.apply();
  }

  reset() {
    [this.text, this.kind, this.role] = ['', '', ''];
  }

  get isAll() {
    return this.text.trim() === '' && this.kind === '' && this.role === '';
  }

  change(changes) {
    Object.assign(this, changes);
    this.apply();
  }

  apply() {
    const words = this.text.toLowerCase().split(/\s+/).filter(Boolean)
      .map(word => word.length > 1 && word.startsWith('!') ? [word.slice(1), false] : [word, true]);
    this.rows = this.all.filter(one => (this.kind === '' || one.kind === this.kind) && (this.role === '' || one.role === this.role)
      && words.every(([word, has]) => one.searched.includes(word) === has));
    this.listeners.forEach(listener => listener());
  }
}

function filterOf(selection) {
  const {all} = selection;
  const option = (value, title) => el('option', {value}, title);
  const number = test => all.filter(test).length;
  byId('pick-kind').replaceChildren(option('', 'any'), ...KINDS.map(([kind, name]) => [kind, name, number(one => one.kind === kind)])
    .filter(([, , found]) => found > 0).map(([kind, name, found]) => option(kind, `${name} (${count(found)})`)));
  byId('pick-role').replaceChildren(option('', 'any'), ...[...new Set(all.map(one => one.role))].sort().slice(0, 2000)
    .map(role => option(role, `${shown(role)} (${count(number(one => one.role === role))})`)));
  byId('pick-kind').addEventListener('change', event => selection.change({kind: event.target.value}));
  byId('pick-role').addEventListener('change', event => selection.change({role: event.target.value}));
  byId('search').addEventListener('input', event => selection.change({text: event.target.value}));
  byId('clear').addEventListener('click', () => {
    selection.change({text: '', kind: '', role: ''});
    byId('search').focus();
  });
  const update = () => {
    if (byId('search').value !== selection.text) {
      byId('search').value = selection.text;
    }
    byId('pick-kind').value = selection.kind;
    byId('pick-role').value = selection.role;
    byId('clear').hidden = selection.isAll;
    byId('matches').textContent = selection.isAll
      ? plural(all.length, 'difference', 'differences')
      : `${count(selection.rows.length)} of ${plural(all.length, 'difference', 'differences')}`;
  };
  selection.listeners.push(update);
  update();
}

function sideFacts(side, letter) {
  return [el('dt', {class: 'side-' + letter.toLowerCase()}, letter), el('dd', {}, el('b', {}, shown(side.name)),
    ` ${plural(side.calls, 'call', 'calls')} ${DOT} ${plural(side.errors, 'error', 'errors')} ${DOT} ${duration(side.total_ns)} in calls`)];
}

// How much of a kind there is.
function toldKind(kind, rows) {
  const sum = side => rows.reduce((all, one) => all + one[side], 0);
  return {
    new_error: () => plural(sum('b'), 'error', 'errors'), vanished_error: () => plural(sum('a'), 'error', 'errors'),
    new_call: () => plural(sum('b'), 'call', 'calls'), vanished_call: () => plural(sum('a'), 'call', 'calls'),
    count: () => `${count(sum('a'))} ${ARROW} ${count(sum('b'))} calls`,
    slower: () => 'up to ' + grown(Math.max(...rows.map(growth))), faster: () => 'up to ' + grown(Math.min(...rows.map(growth))),
  }[kind]();
}

function comparisonNotes(compared) {
  const notes = compared.failed_on.map(({condition, differences}) => `--fail-on ${condition} is not kept: ${plural(differences, 'difference', 'differences')}`);
  for (const [letter, side] of [['A', compared.a], ['B', compared.b]]) {
    if (side.lost > 0) {
      notes.push(`${plural(side.lost, 'event', 'events')} of ${letter} were lost while it was recorded`);
    }
    if (side.not_compared > 0) {
      notes.push(`${plural(side.not_compared, 'call', 'calls')} of ${letter} are not compared: there are too many kinds`);
    }
  }
  return notes;
}

async function start() {
  const compared = await documentOf('document');
  const distributions = await documentOf('distributions');
  const tree = await documentOf('tree');
  const all = compared.differences.map((one, at) => ({...one, rank: at + 1, about: aboutOf(one), before: distributions[at][0], after: distributions[at][1]}));
  all.forEach(one => one.searched = [KIND_NAMES[one.kind], one.syscall, one.errno, one.about, one.site, one.role].filter(Boolean).join(' ').toLowerCase());
  const selection = new ChosenDifferences(all);
  byId('content').hidden = false;
  const flame = new DifferenceFlame(tree);
  const views = [new Differences(all, selection), new Shifts(selection), flame];
  const facts = factsOf();
  const notes = [...comparisonNotes(compared), ...textsOf('end')];
  if (document.querySelector('script.end') === null) {
    notes.push('This page was not completed: the file was cut');
  }
  showFacts(`${shown(compared.a.name)} ${ARROW} ${shown(compared.b.name)}`, [
    ['renacer', facts.version],
    ['Aligned', compared.aligned_by_site ? 'also by the functions that make calls' : 'without the functions that make calls'],
    ['Tested for a shift', plural(compared.tests, 'group of calls', 'groups of calls')],
  ], notes);
  byId('facts').after(el('dl.sides', {}, ...sideFacts(compared.a, 'A'), ...sideFacts(compared.b, 'B')));
  const {a, b} = compared;
  const tabs = new Tabs(views, selection);
  showTiles([
    ['Calls', grown(b.calls / a.calls), `${count(a.calls)} ${ARROW} ${count(b.calls)}`],
    ['Time in calls', grown(b.total_ns / a.total_ns), `${duration(a.total_ns)} ${ARROW} ${duration(b.total_ns)}`],
    ['Errors', a.errors === b.errors ? 'same' : (b.errors < a.errors ? MINUS : '+') + count(Math.abs(b.errors - a.errors)), `${count(a.errors)} ${ARROW} ${count(b.errors)}`],
    ...KINDS.map(([kind, name, look]) => {
      const found = all.filter(one => one.kind === kind).length;
      return found > 0 && [name, count(found), toldKind(kind, all.filter(one => one.kind === kind)), look === 'worse' ? 'bad' : '', () => {
        selection.change({kind});
        tabs.open(views[0]);
      }];
    }),
  ]);
  filterOf(selection);
  followTheme(() => flame.draw());
  followKeys([['Arrows', 'move in a table'], ['Enter', 'show the distributions of a row'], ['In the flame graph: arrows', 'choose a frame'],
    ['Enter, Esc', 'zoom into it, and out'], ['Esc', 'clear the filter']],
  'In the search every word must occur; a word behind ! must not. Durations include what tracing costs.', tabs, {}, () => {
    if (!selection.isAll) {
      document.activeElement.blur?.();
      selection.change({text: '', kind: '', role: ''});
    }
  });
  window.addEventListener('beforeprint', () => tabs.beforePrint());
  tabs.open(views[0]);
}

startWith(start);
