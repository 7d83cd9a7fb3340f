// Tabs, theme and keys, the same on every page.

// Tabs as the ARIA Authoring Practices have them. A view is counted when it is shown, not before.
class Tabs {
  constructor(views, selection = {listeners: []}) {
    this.views = views;
    this.onOpen = () => {};
    this.stale = new Set(views);
    this.tabs = views.map((view, at) => el('button', {
      type: 'button', role: 'tab', id: 'tab-' + view.id, 'aria-controls': 'panel-' + view.id, title: `${view.title} (${at + 1})`,
      onclick: () => this.open(view),
    }, view.title));
    this.panels = views.map(view => el('section.card', {role: 'tabpanel', id: 'panel-' + view.id, 'aria-labelledby': 'tab-' + view.id},
      el('h2.print-only', {}, view.title), view.element));
    byId('tabs').replaceChildren(...this.tabs);
    byId('tabs').addEventListener('keydown', event => {
      const by = {ArrowRight: 1, ArrowLeft: -1}[event.key];
      if (by) {
        event.preventDefault();
        const at = (views.indexOf(this.current) + by + views.length) % views.length;
        this.open(views[at]);
        this.tabs[at].focus();
      }
    });
    byId('panels').replaceChildren(...this.panels);
    selection.listeners.push(() => {
      this.stale = new Set(views);
      this.refresh(this.current);
    });
  }

  open(view) {
    this.current = view;
    this.views.forEach((one, at) => {
      const open = one === view;
      this.tabs[at].setAttribute('aria-selected', open);
      this.tabs[at].tabIndex = open ? 0 : -1;
      this.panels[at].classList.toggle('closed', !open);
    });
    this.refresh(view);
    this.onOpen();
  }

  refresh(view) {
    if (this.stale.delete(view)) {
      view.refresh();
    }
  }

  beforePrint() {
    this.views.forEach(view => {
      this.refresh(view);
      view.beforePrint?.();
    });
  }
}

function followTheme(redraw) {
  const names = {'': 'system', light: 'light', dark: 'dark'};
  const button = byId('theme');
  let theme = '';
  try {
    theme = localStorage.getItem('renacer-theme') || '';
  } catch {
    // A browser may forbid it for files; the choice then lasts as long as the page.
  }
  const apply = (shown = theme) => {
    document.documentElement.dataset.theme = shown;
    button.textContent = 'Theme: ' + names[theme];
    colours.forget();
    redraw();
  };
  button.addEventListener('click', () => {
    theme = {'': 'light', light: 'dark', dark: ''}[theme];
    try {
      localStorage.setItem('renacer-theme', theme);
    } catch {
      // As above.
    }
    apply();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => apply());
  // Paper is white.
  window.addEventListener('beforeprint', () => apply('light'));
  window.addEventListener('afterprint', () => apply());
  apply();
}

// keys: what the list of keys says. act: what a key does, if anything; escape: what Esc does.
function followKeys(keys, remark, tabs, act, escape) {
  const help = byId('help');
  const all = [['/', 'search'], [`1 to ${tabs.views.length}`, 'open a view'], ...keys, ['?', 'this list']];
  help.replaceChildren(
    el('h2', {id: 'help-title'}, 'Keyboard'),
    el('dl', {}, ...all.flatMap(([key, what]) => [el('dt', {}, key), el('dd', {}, what)])),
    el('p', {}, remark),
    el('button', {type: 'button', onclick: () => help.close()}, 'Close'));
  byId('help-button').addEventListener('click', () => help.showModal());
  document.addEventListener('keydown', event => {
    if (event.key === 'Escape' && !help.open) {
      escape();
      return;
    }
    const typing = event.target.closest('input[type=search], select, dialog');
    if (typing || event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    const view = tabs.views[Number(event.key) - 1];
    const does = {'/': () => byId('search').focus(), '?': () => help.showModal()}[event.key]
      || act[event.key] || (view && (() => tabs.open(view)));
    if (does) {
      event.preventDefault();
      does();
    }
  });
}

// Shows the page once its data is read: start() makes it, and what fails in it is told.
function startWith(start) {
  document.addEventListener('DOMContentLoaded', async () => {
    try {
      if (typeof DecompressionStream === 'undefined') {
        throw new Error('this browser cannot unpack it (no DecompressionStream); use one of 2023 or later');
      }
      await start();
      byId('loading').hidden = true;
      requestAnimationFrame(() => requestAnimationFrame(() => document.documentElement.dataset.ready = String(Math.round(performance.now()))));
    } catch (error) {
      byId('loading').classList.add('failed');
      byId('loading-text').textContent = 'This report cannot be shown: ' + error.message;
      console.error(error);
    }
  });
}

// tiles: [title, value, remark, kind, act]
function showTiles(tiles) {
  byId('tiles').replaceChildren(...tiles.filter(Boolean).map(([title, value, note, kind, act]) => el('div.tile', {class: 'tile ' + (kind || '')},
    el('dt', {}, title),
    el('dd', {}, act ? el('button', {type: 'button', onclick: act}, value) : el('span', {}, value), note ? el('small', {}, note) : ''))));
}

function showFacts(title, items, notes) {
  document.title = title + ` ${DOT} renacer`;
  byId('command').textContent = title;
  byId('facts').replaceChildren(...items.map(([name, value]) => el('span', {}, el('b', {}, name), ' ' + value)));
  byId('notes').replaceChildren(...notes.map(note => el('li', {}, note.endsWith('.') ? note : note + '.')));
}
