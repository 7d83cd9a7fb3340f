// Which calls are shown. Every view but the timeline shows what is selected here.

class Selection {
  constructor(trace) {
    this.trace = trace;
    this.listeners = [];
    this.rows = trace.order;
    this.view = () => undefined;
    this.reset();
  }

  reset() {
    this.text = '';
    this.call = undefined;
    this.process = undefined;
    this.least = 0;
    this.onlyErrors = false;
    this.noWaits = false;
    this.inView = false;
    // Set by a click in a list: {title, test}
    this.chips = [];
  }

  get isAll() {
    return this.text.trim() === '' && this.call === undefined && this.process === undefined && this.least === 0
      && !this.onlyErrors && !this.noWaits && !this.inView && this.chips.length === 0;
  }

  change(changes) {
    Object.assign(this, changes);
    this.apply();
  }

  // One of a kind: choosing another path replaces the path that was chosen.
  choose(kind, title, test) {
    this.chips = [...this.chips.filter(chip => chip.kind !== kind), {kind, title, test}];
    this.apply();
  }

  apply() {
    this.rows = this.isAll ? this.trace.order : this.selected();
    this.listeners.forEach(listener => listener());
  }

  selected() {
    const trace = this.trace;
    const {start, duration, name, outcome, thread, argument, result, subject, size} = trace;
    const words = this.words();
    const call = this.call === undefined ? -1 : this.call;
    const process = this.process;
    const threads = Uint8Array.from(trace.threads, one => process === undefined || one.process.index === process ? 1 : 0);
    const [from, to] = this.inView ? this.view() : [-Infinity, Infinity];
    const {least, onlyErrors, noWaits, chips} = this;
    const rows = new Uint32Array(size);
    let found = 0;
    next: for (const row of trace.order) {
      if ((call >= 0 && name[row] !== call) || duration[row] < least || threads[thread[row]] === 0
          || start[row] > to || start[row] + duration[row] < from
          || (onlyErrors && (outcome[row] >>> FLAG_BITS === 0 || (outcome[row] & EXPECTED) !== 0))
          || (noWaits && (outcome[row] & WAITED) !== 0)) {
        continue;
      }
      for (const word of words) {
        const has = word.names[name[row]] || word.subjects[subject[row]] || word.arguments[argument[row]]
          || word.results[result[row]];
        if (Boolean(has) === word.without) {
          continue next;
        }
      }
      for (const chip of chips) {
        if (!chip.test(row)) {
          continue next;
        }
      }
      rows[found++] = row;
    }
    return rows.slice(0, found);
  }

  // What contains each word is found once, not once for each call.
  words() {
    const {names, subjects, argumentTexts, resultTexts} = this.trace;
    return this.text.toLowerCase().split(/\s+/).map(word => ({without: word.length > 1 && word.startsWith('!'), word}))
      .map(({without, word}) => ({without, word: without ? word.slice(1) : word}))
      .filter(({word}) => word !== '')
      .map(({without, word}) => ({
        without,
        names: Uint8Array.from(names, text => text.includes(word) ? 1 : 0),
        subjects: Uint8Array.from(subjects, ({name}) => name.toLowerCase().includes(word) ? 1 : 0),
        arguments: argumentTexts.containing(word),
        results: resultTexts.containing(word),
      }));
  }
}
