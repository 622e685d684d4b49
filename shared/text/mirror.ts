/** Shape of a catalogue that says the same as `T` in a language without a singular: same keys, `_other` only. */
export type Mirror<T> = {
  readonly [K in keyof T as K extends `${string}_one` ? never : K]: T[K] extends string ? string : Mirror<T[K]>;
};
