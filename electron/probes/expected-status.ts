/** Which answers count as well: `200`, `2xx`, `200-299`, several with commas. */

/** @param expression as `ProbeConfig` has checked it */
export function isExpectedStatus(expression: string, status: number): boolean {
  return expression.split(',').some((part) => {
    const [, first = '', rest = '', last] = /^\s*([1-5])(\d\d|xx)(?:-([1-5]\d\d))?\s*$/.exec(part) ?? [];
    const lowest = Number(first + rest.replace('xx', '00'));
    const highest = Number(last ?? first + rest.replace('xx', '99'));
    return status >= lowest && status <= highest;
  });
}
