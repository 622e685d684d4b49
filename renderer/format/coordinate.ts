/** A place in a drawing or in a style, in units or percent of it: with a point in every language. */
export const coordinate = (value: number, digits = 1): string => value.toFixed(digits);
