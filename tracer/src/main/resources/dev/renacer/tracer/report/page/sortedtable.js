// A table with a button in each heading that sorts by it. columns: {title, value, text, number, cell, wide}
class SortedTable {
  constructor(caption, columns, sortAt, most = 200) {
    this.columns = columns;
    this.sortAt = sortAt;
    this.down = columns[sortAt].number === true;
    this.most = most;
    this.rows = [];
    this.empty = 'Nothing matches the filter.';
    this.onPick = undefined;
    this.body = el('tbody');
    this.heads = columns.map((column, at) => el('th', {scope: 'col', class: column.number ? 'number' : ''},
      column.value === undefined
        ? el('span', {}, column.title)
        : el('button', {type: 'button', onclick: () => this.sortBy(at)}, column.title)));
    this.more = el('p.more');
    this.element = el('div', {},
      el('div.scroll', {tabindex: '0', role: 'group', 'aria-label': caption},
        el('table', {}, el('caption.sr', {}, caption), el('thead', {}, el('tr', {}, ...this.heads)), this.body)),
      this.more);
  }

  sortBy(at) {
    this.down = at === this.sortAt ? !this.down : this.columns[at].number === true;
    this.sortAt = at;
    this.draw();
  }

  show(rows, total) {
    this.rows = rows;
    this.total = total;
    this.draw();
  }

  draw() {
    const {value, number} = this.columns[this.sortAt];
    const sign = this.down ? -1 : 1;
    const order = number
      ? (a, b) => sign * (value(a) - value(b))
      : (a, b) => sign * (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0);
    const rows = this.rows.slice().sort(order);
    this.heads.forEach((head, at) =>
      at === this.sortAt
        ? head.setAttribute('aria-sort', this.down ? 'descending' : 'ascending')
        : head.removeAttribute('aria-sort'));
    const shown = rows.slice(0, this.most);
    this.body.replaceChildren(...shown.map(row => this.row(row)));
    if (this.onPick && shown.length > 0) {
      this.body.querySelectorAll('tr').forEach((line, at) => line.tabIndex = at === 0 ? 0 : -1);
    }
    if (rows.length === 0) {
      this.body.append(el('tr', {}, el('td.empty', {colspan: this.columns.length}, this.empty)));
    }
    this.more.replaceChildren();
    if (rows.length > shown.length) {
      this.more.append(`${count(shown.length)} of ${count(rows.length)} rows `,
        el('button', {type: 'button', onclick: () => {
          this.most *= 5;
          this.draw();
        }}, 'Show more'));
    }
  }

  row(row) {
    const cells = this.columns.map(column => {
      const content = column.cell ? column.cell(row, this) : column.text(row);
      return el('td', {class: (column.number ? 'number ' : '') + (column.wide ? 'wide' : column.wrap ? 'wrap' : '')}, content);
    });
    const line = el('tr', {}, ...cells);
    if (this.onPick) {
      line.classList.add('pickable');
      line.addEventListener('click', event => {
        if (!event.target.closest('button')) {
          this.pick(line, row);
        }
      });
      line.addEventListener('keydown', event => this.key(event, line, row));
    }
    return line;
  }

  pick(line, row) {
    this.body.querySelector('.picked')?.classList.remove('picked');
    line.classList.add('picked');
    this.onPick(row);
  }

  // One row of them takes part in the order of the Tab key; arrows go on from there.
  key(event, line, row) {
    const to = {ArrowDown: line.nextElementSibling, ArrowUp: line.previousElementSibling,
      Home: this.body.firstElementChild, End: this.body.lastElementChild}[event.key];
    if (to) {
      event.preventDefault();
      line.tabIndex = -1;
      to.tabIndex = 0;
      to.focus();
    } else if (event.key === 'Enter' && event.target === line) {
      this.pick(line, row);
    }
  }
}
