/** What broke in the window itself, and safe mode. */

export const faults = {
  retry: 'Try again',
  reload: 'Reload the window',
  openErrors: 'Open Errors',
  showDetail: 'Show details',
  hideDetail: 'Hide details',
  detail: 'Technical detail',
  part: {
    window: 'the whole window',
    header: 'the header',
    panels: 'a panel or dialog',
  },
  safe: {
    label: 'Safe mode',
    noDetail: 'The last crash left no reason.',
    leave: 'Leave safe mode',
    left: 'Safe mode is off',
    leftDetail: 'Schedules, captures and watching run again.',
  },
};
