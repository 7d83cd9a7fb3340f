// The keys of this page.

function keysOf(tabs, selection, detail, timeline, calls) {
  followKeys(
    [['t', 'go to the timeline'], ['c', 'go to the calls'], ['e', 'errors only, or all'],
      ['Arrows, Page up/down, Home, End', 'move in the table'], ['Enter', 'details of the chosen call'], ['Esc', 'close, or clear the filter'],
      ['In the timeline: arrows', 'move'], ['+ and \u2212, or w and s', 'zoom'], ['0', 'show everything']],
    'In the search every word must occur; a word behind ! must not. Times are those of the traced machine, durations include what tracing costs.',
    tabs,
    {
      t: () => timeline.box.focus(),
      c: () => {
        tabs.open(calls);
        calls.table.element.focus();
      },
      e: () => selection.change({onlyErrors: !selection.onlyErrors}),
      0: () => timeline.all(), '+': () => timeline.zoom(0.5), '-': () => timeline.zoom(2),
    },
    () => {
      if (!detail.element.hidden) {
        detail.close();
      } else if (!selection.isAll) {
        document.activeElement.blur?.();
        selection.reset();
        selection.apply();
      }
    });
}
