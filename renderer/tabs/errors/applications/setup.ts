/** What to paste into an application so that its errors arrive. The last line sends a first message. */

/** A string as Python and JavaScript both read it. */
const quoted = (text: string): string => JSON.stringify(text);

export const pythonInstall = 'pip install sentry-sdk';
export const pythonCode = (dsn: string): string =>
  [
    'import sentry_sdk',
    `sentry_sdk.init(dsn=${quoted(dsn)})`,
    '',
    'sentry_sdk.capture_message("Hello, Holdfast")',
  ].join('\n');

export const nodeInstall = 'npm install @sentry/node';
export const nodeCode = (dsn: string): string =>
  [
    "import * as Sentry from '@sentry/node';",
    `Sentry.init({ dsn: ${quoted(dsn)} });`,
    '',
    "Sentry.captureMessage('Hello, Holdfast');",
  ].join('\n');
