// A flame graph: a tree of {name, note, total, own, children, parent}, the outermost on top, each as wide as its total. How a
// node looks and reads is up to whoever shows it.

class FlameCanvas {
  static ROW = 20;

  constructor(look) {
    this.look = look;
    this.canvas = el('canvas', {tabindex: '0', role: 'application', 'aria-roledescription': 'flame graph',
      'aria-label': 'Flame graph. Arrow keys choose a frame, Enter zooms into it, Escape zooms out. The table below has the same content.'});
    this.path = el('p.path', {'aria-live': 'polite'});
    this.out = el('button', {type: 'button', onclick: () => this.focus(this.root)}, 'Zoom out');
    this.element = el('div.flame', {}, this.canvas);
    this.draw = onFrame(() => this.drawNow());
    this.canvas.addEventListener('click', event => this.pick(event));
    this.canvas.addEventListener('pointermove', event => this.hover(event));
    this.canvas.addEventListener('pointerleave', () => tip.hide());
    this.canvas.addEventListener('keydown', event => this.key(event));
    this.canvas.addEventListener('focus', () => this.draw());
    this.canvas.addEventListener('blur', () => this.draw());
    new ResizeObserver(() => this.draw()).observe(this.element);
  }

  show(root) {
    this.root = root;
    this.focus(root);
  }

  focus(node) {
    this.focused = node;
    this.chosen = node;
    this.out.disabled = node === this.root;
    this.told(node);
    this.draw();
  }

  told(node) {
    const names = [];
    for (let at = node; at; at = at.parent) {
      names.unshift(at.name);
    }
    this.path.textContent = [names.join(' ' + ARROW + ' '), ...this.look.lines(node)].filter(Boolean).join(` ${DOT} `);
  }

  ordered(node) {
    return [...node.children.values()].sort((a, b) => b.total - a.total);
  }

  // Ancestors across the whole width, then what is below.
  layout(width) {
    const boxes = [];
    const above = [];
    for (let at = this.focused; at; at = at.parent) {
      above.unshift(at);
    }
    above.forEach((node, row) => boxes.push({node, row, left: 0, width, faded: node !== this.focused}));
    const place = (node, left, row) => {
      let at = left;
      for (const child of this.ordered(node)) {
        const wide = child.total / this.focused.total * width;
        if (!(wide >= 0.4)) {
          break;
        }
        boxes.push({node: child, row, left: at, width: wide, faded: false});
        place(child, at, row + 1);
        at += wide;
      }
    };
    place(this.focused, 0, above.length);
    return boxes;
  }

  drawNow() {
    const width = this.element.clientWidth;
    if (width === 0 || this.root === undefined) {
      return;
    }
    const {ROW} = FlameCanvas;
    this.boxes = this.root.total === 0 ? [] : this.layout(width);
    const deepest = this.boxes.reduce((most, box) => Math.max(most, box.row), 0);
    const context = canvasContext(this.canvas, width, (deepest + 1) * ROW);
    context.font = '11px ' + colours.of('sans');
    context.textBaseline = 'middle';
    for (const {node, row, left, width: wide, faded} of this.boxes) {
      const {fill, text, name} = this.look.box(node);
      context.globalAlpha = faded ? 0.45 : 1;
      context.fillStyle = colours.of(fill);
      context.fillRect(left, row * ROW, Math.max(0.5, wide - (wide > 3 ? 1 : 0)), ROW - 1);
      if (wide > 30) {
        context.fillStyle = colours.of(text);
        context.fillText(fitted(context, name, wide - 8), left + 4, row * ROW + ROW / 2);
      }
      context.globalAlpha = 1;
      if (node === this.chosen && document.activeElement === this.canvas) {
        context.strokeStyle = colours.of('text');
        context.lineWidth = 2;
        context.strokeRect(left + 1, row * ROW + 1, Math.max(2, wide - 3), ROW - 3);
      }
    }
  }

  at(event) {
    const row = Math.floor(event.offsetY / FlameCanvas.ROW);
    return (this.boxes || []).find(box => box.row === row && event.offsetX >= box.left && event.offsetX < box.left + box.width)?.node;
  }

  pick(event) {
    const node = this.at(event);
    if (node) {
      this.focus(node);
    }
  }

  hover(event) {
    const node = this.at(event);
    this.canvas.style.cursor = node ? 'pointer' : '';
    if (node) {
      tip.show(event.clientX, event.clientY, [node.name, node.note, ...this.look.lines(node)]);
    } else {
      tip.hide();
    }
  }

  key(event) {
    const beside = by => {
      const all = this.chosen.parent ? this.ordered(this.chosen.parent) : [];
      return all[all.indexOf(this.chosen) + by];
    };
    const next = {
      ArrowDown: () => this.ordered(this.chosen)[0],
      ArrowUp: () => this.chosen.parent,
      ArrowRight: () => beside(1),
      ArrowLeft: () => beside(-1),
    }[event.key];
    if (next) {
      event.preventDefault();
      this.chosen = next() || this.chosen;
      this.told(this.chosen);
      this.draw();
    } else if (event.key === 'Enter') {
      this.focus(this.chosen);
    } else if (event.key === 'Escape' && this.focused !== this.root) {
      event.stopPropagation();
      this.focus(this.focused.parent || this.root);
    }
  }
}

function hashOf(text) {
  let hash = 0;
  for (let at = 0; at < text.length; at++) {
    hash = hash * 31 + text.charCodeAt(at) >>> 0;
  }
  return hash;
}
