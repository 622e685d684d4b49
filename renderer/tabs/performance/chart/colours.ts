/** Colours of charts, beside those of the theme. Lines also differ by their dashes, events by their shapes. */
import { PALETTE } from '@/theme';
import type { EventKind } from './events';

export type Scheme = 'light' | 'dark';
export const LINE_COLOURS = ['blue', 'amber', 'teal', 'violet', 'rose', 'gray'] as const;
export type LineColour = (typeof LINE_COLOURS)[number];
export type Dash = 'solid' | 'dashed' | 'dotted';

/** At least 4.5:1 on the surface of a panel. */
const LINES: Record<Scheme, Record<LineColour, string>> = {
  light: {
    blue: PALETTE.light['--hf-busy'],
    amber: '#9a5b00',
    teal: '#0b6f66',
    violet: '#7438a8',
    rose: '#b0235c',
    gray: PALETTE.light['--hf-muted'],
  },
  dark: {
    blue: PALETTE.dark['--hf-busy'],
    amber: PALETTE.dark['--hf-warn'],
    teal: '#5ccfc0',
    violet: '#c9a2f2',
    rose: '#f29bbd',
    gray: PALETTE.dark['--hf-muted'],
  },
};

export const lineColour = (colour: LineColour, scheme: Scheme): string => LINES[scheme][colour];

export function eventColour(kind: EventKind, scheme: Scheme): string {
  const palette = PALETTE[scheme];
  switch (kind) {
    case 'backup':
      return palette['--hf-ok'];
    case 'restore':
      return LINES[scheme].violet;
    case 'backup-failed':
      return palette['--hf-bad'];
    case 'alert':
      return palette['--hf-warn'];
  }
}

/** Lengths of strokes and pauses, as a canvas takes them. */
export const DASHES: Record<Dash, number[]> = { solid: [], dashed: [6, 4], dotted: [1.5, 3.5] };
