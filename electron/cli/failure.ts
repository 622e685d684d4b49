/** How a command that did not do its work says so, in text and in JSON, and with which exit status. */
import { ERRORS, type ErrorCode, type ErrorView, type Severity } from '@shared/errors';
import type { Language } from '@shared/settings';
import { createTranslator, describeError } from '@shared/text';
import { wrapError } from '../errors/wrap';
import { UsageProblem } from './args';
import { PortProblem } from './serve';
import { cliText, usageSentence } from './text';

export const EXIT = { done: 0, failed: 1, usage: 2, found: 3 } as const;

export interface Failure {
  code: ErrorCode;
  severity: Severity;
  what: string;
  meaning: string;
  action: string;
  /** The cause in its own words; '' when there are none. */
  detail: string;
  exitCode: number;
}

/** Words for anything that was thrown. */
export function failureOf(thrown: unknown, language: Language): Failure {
  const text = cliText(language);
  if (thrown instanceof UsageProblem) {
    const what = usageSentence(text, thrown.text);
    return worded('INVALID_INPUT', [what, text.notAvailableMeaning, text.usageAction], EXIT.usage);
  }
  if (thrown instanceof PortProblem) {
    const what = thrown.taken ? text.portTaken(thrown.port) : text.portForbidden(thrown.port);
    return worded('IO_ERROR', [what, text.portMeaning, text.portAction], EXIT.failed, thrown.message);
  }
  const view = wrapError(thrown).toView();
  const isUsage = view.code === 'INVALID_INPUT' || view.code === 'NOT_AVAILABLE';
  return describeFailure(view, language, isUsage ? EXIT.usage : EXIT.failed);
}

/** Words for an error that has a code. */
export function describeFailure(view: ErrorView, language: Language, exitCode: number): Failure {
  const { what, meaning, action } = describeError(createTranslator(language), view);
  const reason = view.params['reason'];
  // not every text has a place for the reason, and without it nobody knows what to change
  const withReason = reason === undefined || what.includes(String(reason)) ? what : `${what} (${reason})`;
  return { code: view.code, severity: view.severity, what: withReason, meaning, action, detail: view.detail, exitCode };
}

function worded(code: ErrorCode, words: string[], exitCode: number, detail = ''): Failure {
  const [what = '', meaning = '', action = ''] = words;
  return { code, severity: ERRORS[code].severity, what, meaning, action, detail, exitCode };
}

/** The `error` of the JSON document. */
export function failureJson({ code, severity, what, meaning, action, detail }: Failure): Record<string, string> {
  return { code, severity, message: `${what} ${meaning}`, action, ...(detail === '' ? {} : { detail }) };
}

/** The lines for people. */
export function failureText({ what, meaning, action, detail }: Failure, language: Language): string {
  const details = detail === '' ? '' : `${cliText(language).details}: ${detail}\n`;
  return `holdfast: ${what}\n${meaning}\n${action}\n${details}`;
}
