// Elements. Text of a trace only ever becomes a text node: nothing here takes markup, and the page's policy forbids it.

// el('a.quiet', {href: '#x', onclick: f}, 'text', child)
function el(what, properties, ...children) {
  const [tag, ...classes] = what.split('.');
  const element = document.createElement(tag);
  if (classes.length > 0) {
    element.className = classes.join(' ');
  }
  for (const [name, value] of Object.entries(properties || {})) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (value === true) {
      element.setAttribute(name, '');
    } else if (value !== false && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.filter(child => child !== undefined && child !== ''));
  return element;
}

function byId(id) {
  return document.getElementById(id);
}

// A canvas as sharp as the screen; returns its context, in CSS pixels.
function canvasContext(canvas, width, height) {
  const ratio = Math.min(window.devicePixelRatio || 1, 3);
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = width + 'px';
    canvas.style.height = height + 'px';
  }
  const context = canvas.getContext('2d');
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

// The text, or as much of its beginning as there is room for.
function fitted(context, text, room) {
  if (room < 8) {
    return '';
  }
  if (context.measureText(text).width <= room) {
    return text;
  }
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (context.measureText(text.slice(0, middle) + '\u2026').width <= room) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low === 0 ? '' : text.slice(0, low) + '\u2026';
}

// At most once a frame.
function onFrame(draw) {
  let asked = false;
  return () => {
    if (!asked) {
      asked = true;
      requestAnimationFrame(() => {
        asked = false;
        draw();
      });
    }
  };
}

const tip = {
  show(x, y, lines) {
    const box = byId('tip');
    box.replaceChildren(...lines.filter(Boolean).map((line, at) => el(at === 0 ? 'strong' : 'span', {}, line)));
    box.hidden = false;
    const width = box.offsetWidth;
    const height = box.offsetHeight;
    box.style.left = Math.max(4, Math.min(x + 14, window.innerWidth - width - 8)) + 'px';
    box.style.top = (y + 18 + height > window.innerHeight ? Math.max(4, y - height - 10) : y + 18) + 'px';
  },
  hide() {
    byId('tip').hidden = true;
  },
};

// The colours of the theme, for canvases.
const colours = {
  known: {},
  of(name) {
    return this.known[name] ||= getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
  },
  forget() {
    this.known = {};
  },
};
