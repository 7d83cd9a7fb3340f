// A table of any number of rows, of which only those in sight are elements. Rows have one height, so that any can be found.

class VirtualTable {
  // A browser does not make an element higher than some 17 to 33 million pixels. Beyond this the bar moves in larger steps.
  static HIGHEST = 15e6;

  constructor(label, columns) {
    this.columns = columns;
    this.count = 0;
    this.top = 0;
    this.chosen = -1;
    this.pool = [];
    this.stale = true;
    this.fill = () => {};
    this.onChoose = () => {};
    this.onSort = () => {};
    this.space = el('div.vt-space', {role: 'presentation'});
    this.window = el('div.vt-window', {role: 'rowgroup'});
    this.heads = columns.map(column => el('div', {role: 'columnheader', class: 'vt-' + column.id},
      column.sortable
        ? el('button', {type: 'button', onclick: () => this.onSort(column.id)}, column.title)
        : el('span', {}, column.title)));
    this.head = el('div.vt-head', {role: 'rowgroup'}, el('div.vt-row', {role: 'row', 'aria-rowindex': 1}, ...this.heads));
    this.scroller = el('div.vt-scroll', {role: 'presentation'}, this.window, this.space);
    this.element = el('div.vt', {role: 'grid', tabindex: '0', 'aria-label': label, 'aria-colcount': columns.length},
      this.head, this.scroller);
    this.draw = onFrame(() => this.drawNow());
    this.scroller.addEventListener('scroll', () => this.scrolled(), {passive: true});
    this.scroller.addEventListener('wheel', event => this.wheel(event), {passive: false});
    this.element.addEventListener('keydown', event => this.key(event));
    new ResizeObserver(() => this.resized()).observe(this.scroller);
  }

  get height() {
    return this.scroller.clientHeight;
  }

  get rowHeight() {
    return this.measured ||= parseFloat(getComputedStyle(this.element).getPropertyValue('--row')) || 26;
  }

  get whole() {
    return this.count * this.rowHeight;
  }

  get isScaled() {
    return this.whole > VirtualTable.HIGHEST;
  }

  show(count) {
    this.count = count;
    this.top = 0;
    this.chosen = -1;
    this.stale = true;
    this.element.setAttribute('aria-rowcount', count + 1);
    this.resized();
    this.place();
  }

  sorted(id, down) {
    this.columns.forEach((column, at) => column.id === id
      ? this.heads[at].setAttribute('aria-sort', down ? 'descending' : 'ascending')
      : this.heads[at].removeAttribute('aria-sort'));
  }

  resized() {
    this.measured = undefined;
    this.space.style.height = Math.min(this.whole, VirtualTable.HIGHEST) + 'px';
    this.draw();
  }

  // Pixels from the first row to the top of what is in sight.
  get range() {
    return Math.max(0, this.whole - this.height);
  }

  scrolled() {
    const place = this.scroller.scrollTop;
    if (place === this.placed) {
      return;
    }
    this.placed = place;
    this.top = this.isScaled
      ? place / Math.max(1, VirtualTable.HIGHEST - this.height) * this.range
      : place;
    this.draw();
  }

  // Puts the bar where the rows are.
  place() {
    this.top = Math.max(0, Math.min(this.top, this.range));
    this.scroller.scrollTop = this.isScaled
      ? this.top / this.range * (VirtualTable.HIGHEST - this.height)
      : this.top;
    this.placed = this.scroller.scrollTop;
    this.draw();
  }

  wheel(event) {
    if (this.isScaled && !event.ctrlKey && event.deltaY !== 0) {
      const unit = event.deltaMode === 1 ? this.rowHeight : event.deltaMode === 2 ? this.height : 1;
      const before = this.top;
      this.top += event.deltaY * unit;
      this.place();
      if (this.top !== before) {
        event.preventDefault();
      }
    }
  }

  key(event) {
    const page = Math.max(1, Math.floor(this.height / this.rowHeight) - 1);
    const steps = {ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity};
    if (event.key in steps && this.count > 0 && !event.ctrlKey && !event.altKey && event.target === this.element) {
      event.preventDefault();
      this.choose(Math.max(0, Math.min(this.count - 1, this.chosen + steps[event.key])));
    } else if (event.key === 'Enter' && this.chosen >= 0 && event.target === this.element) {
      this.onChoose(this.chosen, true);
    }
  }

  choose(index, quietly = false) {
    this.chosen = index;
    this.reveal(index);
    if (!quietly) {
      this.onChoose(index, false);
    }
  }

  reveal(index) {
    const at = index * this.rowHeight;
    if (at < this.top) {
      this.top = at;
    } else if (at + this.rowHeight > this.top + this.height) {
      this.top = at + this.rowHeight - this.height;
    }
    this.place();
  }

  drawNow() {
    const height = this.rowHeight;
    const needed = Math.min(this.count, Math.ceil(this.height / height) + 1);
    while (this.pool.length < needed) {
      this.pool.push(this.made());
    }
    const first = Math.max(0, Math.min(Math.floor(this.top / height), this.count - needed));
    this.turn(first);
    // The rows are fixed in the window; only the part of a row that has gone by moves them.
    this.window.style.transform = `translateY(${first * height - this.top}px)`;
    this.pool.forEach((line, at) => {
      const used = at < needed;
      if (line.row.hidden === used) {
        line.row.hidden = !used;
      }
      if (used && (this.stale || line.index !== first + at)) {
        line.index = first + at;
        line.row.setAttribute('aria-rowindex', line.index + 2);
        this.fill(line.index, line.cells, line.row);
      }
      const chosen = used && line.index === this.chosen;
      if (line.chosen !== chosen) {
        line.chosen = chosen;
        line.row.classList.toggle('chosen', chosen);
        line.row.id = chosen ? 'chosen-row' : '';
      }
    });
    this.stale = false;
    if (this.chosen >= first && this.chosen < first + needed) {
      this.element.setAttribute('aria-activedescendant', 'chosen-row');
    } else {
      this.element.removeAttribute('aria-activedescendant');
    }
  }

  // Rows that stay in sight keep their elements: those that went out at one end are used again at the other.
  turn(first) {
    const by = this.pool.length === 0 ? 0 : first - this.pool[0].index;
    if (this.stale || by === 0 || Math.abs(by) >= this.pool.length) {
      return;
    }
    const moved = by > 0 ? this.pool.splice(0, by) : this.pool.splice(by);
    const rows = moved.map(line => line.row);
    if (by > 0) {
      this.pool.push(...moved);
      this.window.append(...rows);
    } else {
      this.pool.unshift(...moved);
      this.window.prepend(...rows);
    }
  }

  made() {
    const cells = this.columns.map(column => el('div', {role: 'gridcell', class: 'vt-' + column.id}));
    const line = {row: el('div.vt-row', {role: 'row'}, ...cells), cells, index: -1, chosen: false};
    line.row.addEventListener('click', () => {
      this.chosen = line.index;
      this.draw();
      this.onChoose(line.index, true);
    });
    this.window.append(line.row);
    return line;
  }
}
