/** What the tray says and offers, as plain data. Pure: knows no Electron. */
import type { AlertView } from '@shared/alerting';
import type { Place } from '@shared/ipc';
import type { AppState, JobView, Problem, Sentence } from '@shared/models';
import { problemSentence } from '@shared/problem-sentence';
import { sentenceText, type Translate } from '@shared/text';

export type TrayState = Sentence['severity'];

/** Minutes, until 09:00 of the day after the click, or null: alerts are told again. */
export type PauseLength = number | 'tomorrow' | null;

export type TrayEntry =
  | { type: 'separator' }
  | { type: 'text'; label: string }
  | { type: 'place'; label: string; place: Place }
  | { type: 'back-up'; label: string; databaseIds: string[] }
  | { type: 'cancel'; label: string; jobId: string }
  | { type: 'submenu'; label: string; entries: TrayEntry[] }
  | { type: 'pause'; label: string; minutes: PauseLength }
  | { type: 'open'; label: string }
  | { type: 'quit'; label: string };

export interface TrayModel {
  state: TrayState;
  tooltip: string;
  entries: TrayEntry[];
}

const PRODUCT = 'Holdfast';
const MOST_PROBLEMS = 3;
const MOST_JOBS = 3;
/** Work that is over before somebody has opened the menu needs no line: it would only make the menu flicker. */
const SHORT_WORK_MS = 2_000;
/** Progress is told in such steps: an open menu closes each time its content changes. */
const PROGRESS_STEP = 10;
/** A menu as wide as the screen helps nobody; the whole text is in the window. */
const LONGEST_LABEL = 90;

/** Builds the tray's content from the state of now, in the language of `translate`. */
export function trayModel(state: AppState, translate: Translate, nowMs: number): TrayModel {
  const sentence = sentenceText(translate, state.sentence);
  const status = shorten(sentence);
  const problems = [
    ...state.problems.map((problem) => problemEntry(problem, state, translate)),
    ...state.alerts.filter(needsSomebody).map((alert) => alertEntry(alert, translate)),
  ].slice(0, MOST_PROBLEMS);
  return {
    state: state.sentence.severity,
    // A sentence about Holdfast itself begins with its name.
    tooltip: sentence.startsWith(`${PRODUCT}:`) ? sentence : translate('tray.tooltip', { sentence }),
    entries: [
      // The sentence about a problem is that problem's own line, which leads there.
      ...(problems.some((entry) => entry.label === status) ? [] : [{ type: 'text' as const, label: status }]),
      ...problems,
      ...jobEntries(state.jobs, translate, nowMs),
      { type: 'separator' },
      ...backUpEntries(state, translate),
      pauseEntry(state, translate),
      { type: 'open', label: translate('tray.open') },
      { type: 'separator' },
      { type: 'quit', label: translate('tray.quit') },
    ],
  };
}

function problemEntry(problem: Problem, state: AppState, translate: Translate) {
  const name = state.databases.find((status) => status.database.id === problem.databaseId)?.database.name;
  return {
    type: 'place' as const,
    label: shorten(sentenceText(translate, problemSentence(problem, name ?? null))),
    place: {
      tab: 'errors' as const,
      problemId: problem.id,
      ...(problem.databaseId === null ? {} : { databaseId: problem.databaseId }),
    },
  };
}

/** Every problem has an entry of its own already. */
const needsSomebody = ({ source, state, severity, inhibitedBy }: AlertView): boolean =>
  source.type !== 'problem' &&
  state === 'firing' &&
  inhibitedBy === null &&
  (severity === 'CRITICAL' || severity === 'HIGH');

function alertEntry({ id, titleKey, params }: AlertView, translate: Translate) {
  return {
    type: 'place' as const,
    label: shorten(translate('sentence.alert', { ...params, titleKey })),
    place: { tab: 'status' as const, alertId: id },
  };
}

/** What runs now, each with its progress and, where that is possible, the way to cancel it. */
function jobEntries(jobs: readonly JobView[], translate: Translate, nowMs: number): TrayEntry[] {
  const running = jobs.filter(
    ({ phase, startedAt }) => phase !== 'queued' && nowMs - Date.parse(startedAt) >= SHORT_WORK_MS,
  );
  if (running.length === 0) return [];
  const shown = running.slice(0, MOST_JOBS).map((job): TrayEntry => {
    const label = shorten(jobWords(job, translate));
    if (!job.cancellable) return { type: 'text', label };
    return {
      type: 'submenu',
      label,
      entries: [{ type: 'cancel', label: translate('tray.cancel'), jobId: job.id }],
    };
  });
  return [{ type: 'separator' }, ...shown];
}

function jobWords({ kind, subject, phase, doneBytes, totalBytes }: JobView, translate: Translate): string {
  const values = { job: translate(`jobKind.${kind}`), subject };
  if (totalBytes === 0) return translate('tray.job-phase', { ...values, phase: translate(`phase.${phase}`) });
  const percent = Math.min(100, (100 * doneBytes) / totalBytes);
  return translate('tray.job', { ...values, percent: Math.floor(percent / PROGRESS_STEP) * PROGRESS_STEP });
}

function backUpEntries(state: AppState, translate: Translate): TrayEntry[] {
  const databases = state.databases.map((status) => status.database);
  const label = translate('tray.back-up-now');
  if (databases.length === 0) return [];
  if (databases.length === 1) return [{ type: 'back-up', label, databaseIds: databases.map(({ id }) => id) }];
  return [
    {
      type: 'submenu',
      label,
      entries: [
        { type: 'back-up', label: translate('tray.back-up-all'), databaseIds: databases.map(({ id }) => id) },
        { type: 'separator' },
        ...databases.map(({ id, name }): TrayEntry => ({ type: 'back-up', label: name, databaseIds: [id] })),
      ],
    },
  ];
}

/** Nobody is told of alerts for a while, or the end of that. */
function pauseEntry({ alertsPausedUntil }: AppState, translate: Translate): TrayEntry {
  if (alertsPausedUntil !== null) {
    return { type: 'pause', label: translate('tray.resume-alerts', { until: alertsPausedUntil }), minutes: null };
  }
  const forHours = (hours: number): TrayEntry => ({
    type: 'pause',
    label: translate('tray.pause-hours', { hours }),
    minutes: hours * 60,
  });
  return {
    type: 'submenu',
    label: translate('tray.pause-alerts'),
    entries: [
      { type: 'pause', label: translate('tray.pause-minutes', { minutes: 30 }), minutes: 30 },
      forHours(1),
      forHours(4),
      { type: 'pause', label: translate('tray.pause-tomorrow'), minutes: 'tomorrow' },
    ],
  };
}

const MORNING_HOUR = 9;

/** Whole minutes until 09:00 of the next local day; a day of 23 or 25 hours is as long as it is. */
export function minutesUntilTomorrow(nowMs: number): number {
  const morning = new Date(nowMs);
  morning.setDate(morning.getDate() + 1);
  morning.setHours(MORNING_HOUR, 0, 0, 0);
  return Math.ceil((morning.getTime() - nowMs) / 60_000);
}

function shorten(text: string): string {
  return text.length > LONGEST_LABEL ? `${text.slice(0, LONGEST_LABEL - 1).trimEnd()}…` : text;
}
