// The trace in memory: a typed array for each column of the calls, so that a million of them are counted within a frame or two.

class Trace {
  constructor(calls) {
    this.size = 0;
    this.base = undefined;
    this.start = new Float64Array(calls);
    this.duration = new Float64Array(calls);
    this.thread = new Uint32Array(calls);
    this.name = new Uint16Array(calls);
    this.outcome = new Uint32Array(calls);
    this.argument = new Uint32Array(calls);
    this.result = new Uint32Array(calls);
    this.subject = new Uint32Array(calls);
    this.bytes = new Float64Array(calls);
    this.stack = new Uint32Array(calls);
    this.names = [];
    this.categories = [];
    this.errors = new Map();
    this.processes = [];
    this.threads = [];
    this.argumentTexts = new Texts();
    this.resultTexts = new Texts();
    // Files and endpoints: one entry for each, although the file may name one several times.
    this.subjects = [];
    this.subjectOf = [];
    this.subjectIds = new Map();
    this.frames = [];
    this.stacks = [];
    this.stackOf = [];
    this.stackIds = new Map();
    this.events = [];
    this.references = {ARGUMENT: new References(), RESULT: new References(), SUBJECT: new References(), STACK: new References()};
    this.end = 0;
  }

  add(sections) {
    const base = BigInt(lines(sections.BASE)[0]);
    this.base ??= base;
    const since = Number(base - this.base);
    this.addNames(sections);
    this.addTexts(sections);
    this.addCalls(sections, since);
    this.addEvents(sections, since);
  }

  addNames(sections) {
    for (const line of lines(sections.CALL_NAMES)) {
      const [category, name] = line.split(' ');
      this.names.push(name);
      this.categories.push(category);
    }
    for (const line of lines(sections.ERRORS)) {
      const [errno, name, ...text] = line.split(' ');
      this.errors.set(Number(errno), {name, text: text.join(' ')});
    }
    for (const numbers = new Numbers(sections.PROCESSES); numbers.more;) {
      const process = {
        index: this.processes.length, pid: numbers.next(), vpid: numbers.next(), parent: numbers.next(),
        name: '?', programs: [], start: undefined, end: undefined, ending: '', seenStart: false, threads: [], calls: 0,
      };
      this.processes.push(process);
    }
    for (const numbers = new Numbers(sections.THREADS); numbers.more;) {
      const thread = {index: this.threads.length, tid: numbers.next(), process: this.processes[numbers.next()], marks: []};
      thread.process.threads.push(thread);
      this.threads.push(thread);
    }
  }

  addTexts(sections) {
    this.argumentTexts.add(sections.ARGUMENTS);
    this.resultTexts.add(sections.RESULTS);
    for (const line of lines(sections.SUBJECTS)) {
      let id = this.subjectIds.get(line);
      if (id === undefined) {
        id = this.subjects.length;
        this.subjectIds.set(line, id);
        const tab = line.indexOf('\t');
        this.subjects.push({kind: tab < 0 ? '' : line.slice(0, tab), name: line.slice(tab + 1)});
      }
      this.subjectOf.push(id);
    }
    for (const line of lines(sections.FRAMES)) {
      const [name, file] = line.split('\t');
      this.frames.push({name, file});
    }
    for (const numbers = new Numbers(sections.STACKS); numbers.more;) {
      const frames = new Array(numbers.next());
      for (let at = 0; at < frames.length; at++) {
        frames[at] = numbers.next();
      }
      const key = frames.join(',');
      let id = this.stackIds.get(key);
      if (id === undefined) {
        id = this.stacks.length;
        this.stackIds.set(key, id);
        this.stacks.push(frames);
      }
      this.stackOf.push(id);
    }
  }

  addCalls(sections, since) {
    const [start, duration, thread, name, outcome, argument, result, subject, bytes, stack] =
      SECTIONS.slice(SECTIONS.indexOf('START'), SECTIONS.indexOf('EVENT_KIND')).map(column => new Numbers(sections[column]));
    const references = this.references;
    let row = this.size;
    let time = since;
    while (start.more && row < this.start.length) {
      time += start.signed();
      this.start[row] = time;
      this.duration[row] = duration.next();
      this.thread[row] = thread.next();
      this.name[row] = name.next();
      this.outcome[row] = outcome.next();
      this.argument[row] = references.ARGUMENT.next(argument);
      this.result[row] = references.RESULT.next(result);
      this.subject[row] = this.subjectOf[references.SUBJECT.next(subject)];
      this.bytes[row] = bytes.next();
      this.stack[row] = this.stackOf[references.STACK.next(stack)];
      this.end = Math.max(this.end, time + this.duration[row]);
      row++;
    }
    this.size = row;
  }

  addEvents(sections, since) {
    const [kind, time, thread, value] = ['EVENT_KIND', 'EVENT_TIME', 'EVENT_THREAD', 'EVENT_VALUE']
      .map(column => new Numbers(sections[column]));
    const texts = lines(sections.EVENT_TEXT);
    let at = since;
    for (let index = 0; kind.more; index++) {
      at += time.signed();
      this.event(EVENT_KINDS[kind.next()], at, this.threads[thread.next()], value.next(), texts[index]);
    }
  }

  event(kind, time, thread, value, text) {
    const process = thread.process;
    this.end = Math.max(this.end, time);
    this.events.push({kind, time, thread, value, text});
    switch (kind) {
      case 'started':
      case 'executed': {
        const [name, path] = text.split('\t');
        process.name = name;
        process.programs.push({name, path, time});
        process.start ??= time;
        process.seenStart ||= kind === 'started';
        break;
      }
      case 'exited':
        process.end = time;
        process.ending = 'exited with ' + value;
        process.failed = value !== 0;
        break;
      case 'killed':
        process.end = time;
        process.ending = 'killed by ' + text;
        process.failed = true;
        break;
      case 'detached':
        process.end = time;
        process.ending = 'detached: ' + text;
        break;
      default:
        thread.marks.push({kind, time, value, text});
    }
  }

  // What is known only when everything was read.
  finish() {
    this.pieces = undefined;
    this.order = byNumber(this.size, this.start);
    this.byThread();
    for (let row = 0; row < this.size; row++) {
      this.threads[this.thread[row]].process.calls++;
    }
    this.threads.forEach(thread => {
      const resting = [];
      for (const mark of thread.marks) {
        if (mark.kind === 'rest began') {
          resting.push(mark);
        } else if (mark.kind === 'rested') {
          resting.length = 0;
        }
      }
      // A rest that nothing ended lasted to the end.
      if (resting.length > 0) {
        thread.marks.push({kind: 'rested', time: this.end, value: this.end - resting[0].time, text: ''});
      }
      const rests = thread.marks.filter(mark => mark.kind === 'rested');
      thread.rested = rests.reduce((sum, mark) => sum + mark.value, 0);
      thread.rests = rests.length;
    });
    this.processes.forEach(process => {
      process.start ??= Math.min(...process.threads.filter(thread => thread.rows.length > 0)
        .map(thread => this.start[thread.rows[0]]), this.end);
      process.end ??= this.end;
    });
    this.hasStacks = this.stacks.some(frames => frames.length > 0);
  }

  // The calls of each thread, in the order of their starts.
  byThread() {
    const counts = new Uint32Array(this.threads.length);
    for (let row = 0; row < this.size; row++) {
      counts[this.thread[row]]++;
    }
    this.threads.forEach((thread, index) => {
      thread.rows = new Uint32Array(counts[index]);
      counts[index] = 0;
    });
    for (const row of this.order) {
      const thread = this.thread[row];
      this.threads[thread].rows[counts[thread]++] = row;
    }
  }

  errno(row) {
    return this.outcome[row] >>> FLAG_BITS;
  }

  is(row, flag) {
    return (this.outcome[row] & flag) !== 0;
  }

  // A failure that somebody would call one.
  isError(row) {
    return this.outcome[row] >>> FLAG_BITS !== 0 && (this.outcome[row] & EXPECTED) === 0;
  }

  process(row) {
    return this.threads[this.thread[row]].process;
  }

  category(row) {
    return (this.outcome[row] & WAITED) !== 0 ? 'wait' : this.categories[this.name[row]];
  }

  subjectName(row) {
    return this.subjects[this.subject[row]].name;
  }

  moved(row) {
    return Math.floor(this.bytes[row] / 2);
  }

  arguments(row) {
    return this.argumentTexts.get(this.argument[row]);
  }

  resultText(row) {
    return this.resultTexts.get(this.result[row]);
  }

  line(row) {
    return `${this.names[this.name[row]]}(${this.arguments(row)}) = ${this.resultText(row)}`;
  }

  epoch(nanos) {
    return this.base + BigInt(Math.round(nanos));
  }
}

// The indexes of numbers in ascending order, equal ones in their own. By their bits, 16 at a time: the numbers are nearly sorted
// already, and whole passes fall away.
function byNumber(length, numbers) {
  let least = 0;
  for (let at = 0; at < length; at++) {
    least = Math.min(least, numbers[at]);
  }
  let from = new Uint32Array(length);
  let to = new Uint32Array(length);
  let sorted = true;
  for (let at = 0; at < length; at++) {
    from[at] = at;
    sorted &&= at === 0 || numbers[at - 1] <= numbers[at];
  }
  if (sorted) {
    return from;
  }
  const digit = new Uint16Array(length);
  for (let scale = 1; scale < 2 ** 53; scale *= 65536) {
    const counts = new Uint32Array(65537);
    let any = false;
    for (let at = 0; at < length; at++) {
      const value = Math.floor((numbers[at] - least) / scale);
      any ||= value > 0;
      digit[at] = value % 65536;
      counts[digit[at] + 1]++;
    }
    if (!any) {
      break;
    }
    for (let at = 0; at < 65536; at++) {
      counts[at + 1] += counts[at];
    }
    for (let at = 0; at < length; at++) {
      const index = from[at];
      to[counts[digit[index]]++] = index;
    }
    [from, to] = [to, from];
  }
  return from;
}
