// Tabs, theme and keys.

// Tabs as the ARIA Authoring Practices have them. A view is counted when it is shown, not before.
class Tabs {
  constructor(views, selection) {
    this.views = views;
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

const KEYS = [
  ['/', 'search'], ['1 to 7', 'open a view'], ['t', 'go to the timeline'], ['c', 'go to the calls'], ['e', 'errors only, or all'],
  ['Arrows, Page up/down, Home, End', 'move in the table'], ['Enter', 'details of the chosen call'], ['Esc', 'close, or clear the filter'],
  ['In the timeline: arrows', 'move'], ['+ and \u2212, or w and s', 'zoom'], ['0', 'show everything'],
  ['?', 'this list'],
];

function followKeys(tabs, selection, detail, timeline, calls) {
  const help = byId('help');
  help.replaceChildren(
    el('h2', {id: 'help-title'}, 'Keyboard'),
    el('dl', {}, ...KEYS.flatMap(([key, what]) => [el('dt', {}, key), el('dd', {}, what)])),
    el('p', {}, 'In the search every word must occur; a word behind ! must not. '
      + 'Times are those of the traced machine, durations include what tracing costs.'),
    el('button', {type: 'button', onclick: () => help.close()}, 'Close'));
  byId('help-button').addEventListener('click', () => help.showModal());
  document.addEventListener('keydown', event => {
    if (event.key === 'Escape' && !help.open) {
      if (!detail.element.hidden) {
        detail.close();
      } else if (!selection.isAll) {
        document.activeElement.blur?.();
        selection.reset();
        selection.apply();
      }
      return;
    }
    const typing = event.target.closest('input[type=search], select, dialog');
    if (typing || event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    const acts = {
      '/': () => byId('search').focus(), '?': () => help.showModal(), t: () => timeline.box.focus(),
      c: () => {
        tabs.open(calls);
        calls.table.element.focus();
      },
      e: () => selection.change({onlyErrors: !selection.onlyErrors}),
      0: () => timeline.all(), '+': () => timeline.zoom(0.5), '-': () => timeline.zoom(2),
    };
    const act = acts[event.key] || (tabs.views[Number(event.key) - 1] && (() => tabs.open(tabs.views[Number(event.key) - 1])));
    if (act) {
      event.preventDefault();
      act();
    }
  });
}
