/** What broke in the window itself, and safe mode. */

export const faults = {
  retry: 'Try again',
  reload: 'Reload the window',
  openErrors: 'Open Errors',
  showDetail: 'Show details',
  hideDetail: 'Hide details',
  detail: 'Technical detail',
  whole: {
    what: 'The window could not be drawn.',
    meaning: 'Backups, schedules and watching go on without it.',
    action: 'Try again, or reload the window.',
  },
  partAction: 'Try again. If it fails again, open Errors and look at the details.',
  part: {
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
