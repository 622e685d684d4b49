/** Colours, sizes and defaults of the window. Text and state colours keep a contrast of 4.5:1 in both themes. */
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const tide: MantineColorsTuple = [
  '#eef2fc',
  '#dae2f7',
  '#b5c6ef',
  '#9db4ec',
  '#7f9de6',
  '#5177d3',
  '#3f68cc',
  '#3558b4',
  '#2c4a98',
  '#203a7c',
];
const gray: MantineColorsTuple = [
  '#f8f9fb',
  '#f1f3f6',
  '#e5e8ed',
  '#d5dae1',
  '#b9c0cb',
  '#8f98a6',
  '#5f6876',
  '#4a525f',
  '#343b47',
  '#1f242c',
];
const dark: MantineColorsTuple = [
  '#dde1e7',
  '#bac1cc',
  '#9aa3b1',
  '#79828f',
  '#353b46',
  '#2a2f38',
  '#1e2229',
  '#15181d',
  '#101216',
  '#0a0c0e',
];

export const FONT_FAMILY =
  'Inter, "Segoe UI", system-ui, -apple-system, "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans CJK KR", "Noto Sans KR", sans-serif';

const TITLE = { title: { fontSize: 'var(--mantine-font-size-md)', fontWeight: 600 } };
const withoutMotion = { transitionProps: { duration: 0 } };
const shortMotion = { transitionProps: { duration: 120 } };

export const theme = createTheme({
  primaryColor: 'tide',
  primaryShade: { light: 7, dark: 6 },
  colors: { tide, gray, dark },
  black: '#1b2027',
  fontFamily: FONT_FAMILY,
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", "Noto Sans Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.4' },
  spacing: { xs: '0.375rem', sm: '0.625rem', md: '0.875rem', lg: '1.25rem', xl: '1.75rem' },
  radius: { xs: '3px', sm: '5px', md: '8px', lg: '12px', xl: '20px' },
  defaultRadius: 'sm',
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.25rem', lineHeight: '1.4' },
      h2: { fontSize: '0.9375rem', lineHeight: '1.4' },
      h3: { fontSize: '0.8125rem', lineHeight: '1.4' },
    },
  },
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Button: { defaultProps: { size: 'xs' } },
    TextInput: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs', allowDeselect: false, comboboxProps: shortMotion } },
    SegmentedControl: { defaultProps: { size: 'xs', transitionDuration: 100 } },
    Switch: { defaultProps: { size: 'sm' } },
    // two pixels below the field's own size are too small to read
    InputWrapper: { styles: { description: { fontSize: '0.6875rem' }, error: { fontSize: '0.6875rem' } } },
    Text: { defaultProps: { size: 'sm' } },
    Table: { defaultProps: { fz: 'sm' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    Tooltip: { defaultProps: { openDelay: 250, ...withoutMotion, withArrow: false, fz: 'xs', px: 8, py: 4 } },
    Modal: { styles: TITLE, defaultProps: { ...shortMotion, overlayProps: { backgroundOpacity: 0.35 } } },
    Drawer: { styles: TITLE, defaultProps: { ...shortMotion, overlayProps: { backgroundOpacity: 0.25 } } },
    Notification: { styles: { icon: { background: 'transparent' } } },
    Menu: { defaultProps: shortMotion },
    Stepper: { defaultProps: { size: 'xs' } },
    Skeleton: { defaultProps: { radius: 'sm' } },
  },
});

/** Colours by name in each theme. State is told by shape and word first; `ok`, `warn`, `bad` and `busy` go with them. */
export const PALETTE = {
  light: {
    '--mantine-color-body': '#f5f6f8',
    '--mantine-color-dimmed': '#5a6371',
    '--mantine-color-placeholder': '#646d7b',
    '--mantine-color-error': '#b4232a',
    '--hf-surface': '#ffffff',
    '--hf-rail': '#eceff3',
    '--hf-border': '#dfe3e9',
    '--hf-hover': '#eef1f5',
    '--hf-selected': '#e3eaf9',
    '--hf-ok': '#17713d',
    '--hf-warn': '#8a5300',
    '--hf-bad': '#b4232a',
    '--hf-busy': '#2f57b0',
    '--hf-muted': '#5a6371',
    '--hf-link': '#2c4a98',
    '--hf-danger-fill': '#b4232a',
  },
  dark: {
    '--mantine-color-body': '#15181d',
    '--mantine-color-dimmed': '#9aa3b1',
    '--mantine-color-placeholder': '#8b94a2',
    '--mantine-color-error': '#ff8a8a',
    '--hf-surface': '#1c2027',
    '--hf-rail': '#101317',
    '--hf-border': '#2d333d',
    '--hf-hover': '#242932',
    '--hf-selected': '#25304a',
    '--hf-ok': '#5fca8c',
    '--hf-warn': '#e6b04f',
    '--hf-bad': '#ff8a8a',
    '--hf-busy': '#93b2ff',
    '--hf-muted': '#9aa3b1',
    '--hf-link': '#9db4ec',
    '--hf-danger-fill': '#c0393f',
    '--mantine-color-tide-light': '#26324d',
    '--mantine-color-tide-light-hover': '#2d3b5c',
    '--mantine-color-tide-light-color': '#cfdcfc',
  },
} as const;

export const cssVariables: CSSVariablesResolver = () => ({ variables: {}, ...PALETTE });
