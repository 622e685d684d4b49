/** The log files that are followed: searched, counted over time, read. */
export function LogsView() {
  return null;
}
