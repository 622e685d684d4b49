/** What can be thrown, from the harmless to what throws again when it is looked at. By name, so that a process can be told which. */
const cycle = { name: 'cycle' };
cycle.self = cycle;
const refuse = () => {
  throw new Error('hands off');
};

/** @type {Record<string, unknown>} */
export const HOSTILE = {
  'an error': new TypeError('x is not a function'),
  'a text': 'thrown by hand',
  null: null,
  undefined,
  'a cycle': cycle,
  'a cyclic cause': Object.assign(new Error('round'), { cause: cycle }),
  'a message that throws': Object.defineProperty(new Error('x'), 'message', { get: refuse }),
  'getters that throw': new Proxy({}, { get: refuse }),
  'a function': () => 1,
  'a symbol': Symbol('x'),
};
