/** Text as it can be shown: without what steers a terminal. */

// A sequence that begins with ESC: `[` parameters and a letter; `]` up to BEL or ESC \; or two characters.
// All repetitions are bounded.
const ANSI =
  // oxlint-disable-next-line no-control-regex -- these characters are what is looked for
  /\x1b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|\][^\x07\x1b]{0,512}(?:\x07|\x1b\\)|[PX^_][^\x1b]{0,512}\x1b\\|[ -/]{0,4}[0-~])?/g;
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g;
// oxlint-disable-next-line no-control-regex
const STEERS = /[\x00-\x08\x0b-\x1f\x7f]/;

/** Without ANSI escape sequences, NULs and other control characters; a carriage return becomes a space. */
export function cleaned(text: string): string {
  if (!STEERS.test(text)) return text;
  return text.replace(ANSI, '').replace(CONTROL, '').replaceAll('\r', ' ');
}
