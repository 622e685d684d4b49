/** Tells how the runs before ended, and ends a crash loop in safe mode. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { uptime } from 'node:os';
import type { SafeMode } from '@shared/error-groups';
import { z } from 'zod';
import type { HoldfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { hasCrashed, isLoop, recentCrashes, Run } from './run-rules';

export interface RunGuard {
  /** Null but after a crash loop; and after `leave`. */
  safeMode(): SafeMode | null;
  /** What the run before left when it crashed, '' when it left nothing; null when it did not crash. */
  crashBefore(): string | null;
  /** Crashes that count towards a loop, this run's own included. */
  recentCrashes(): number;
  /** The next start is an ordinary one. */
  leave(): void;
  /** Notes what ends the process now. Never throws. */
  crashing(detail: string): void;
  /** An orderly end. */
  ended(): void;
}

/** More than a loop needs; the rest would only be carried along. */
const KEPT_RUNS = 10;
const LONGEST_DETAIL = 4_000;

const RunFile = z.object({ version: z.literal(1), runs: z.array(Run).max(1_000) });

/**
 * Notes that a run begins.
 * @param file `HomePaths.runInfo`; null where ends are not counted @param nowMs milliseconds since 1970
 * @param report hears once why the file cannot be written: then no loop is seen, and nothing else is worse
 */
export function beginRun(
  file: string | null,
  nowMs: () => number,
  report: (error: HoldfastError) => void = () => undefined,
  bootedAtMs: number = nowMs() - uptime() * 1_000,
): RunGuard {
  const startedAtMs = nowMs();
  const before = file === null ? [] : readRuns(file);
  const crashes = recentCrashes(before, startedAtMs, bootedAtMs);
  const last = before.at(-1);
  const crashBefore = last && hasCrashed(last, bootedAtMs) ? last.detail : null;
  let safe: SafeMode | null = isLoop(crashes)
    ? {
        since: new Date(startedAtMs).toISOString(),
        crashes: crashes.length,
        detail: crashes.findLast(({ detail }) => detail !== '')?.detail ?? '',
      }
    : null;
  let known = before;
  let run: Run = { startedAtMs, end: 'running', endedAtMs: null, detail: '' };
  let isReported = false;

  const write = (): void => {
    if (file === null) return;
    try {
      writeRuns(file, [...known, run].slice(-KEPT_RUNS));
    } catch (thrown) {
      if (!isReported) report(wrapError(thrown, { path: file }, 'IO_ERROR'));
      isReported = true;
    }
  };
  write();

  return {
    safeMode: () => safe,
    crashBefore: () => crashBefore,
    recentCrashes: () => recentCrashes([...known, run], nowMs(), bootedAtMs).length,
    leave() {
      safe = null;
      known = [];
      write();
    },
    crashing(detail) {
      run = { ...run, end: 'crashed', endedAtMs: nowMs(), detail: detail.slice(0, LONGEST_DETAIL) };
      write();
    },
    ended() {
      if (run.end !== 'running') return;
      run = { ...run, end: 'in-order', endedAtMs: nowMs() };
      write();
    },
  };
}

/** True when a run that begins now would begin in safe mode. Changes nothing. */
export function wouldBeSafe(file: string, nowMs: number, bootedAtMs: number = nowMs - uptime() * 1_000): boolean {
  return isLoop(recentCrashes(readRuns(file), nowMs, bootedAtMs));
}

function readRuns(file: string): Run[] {
  try {
    return RunFile.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data?.runs ?? [];
  } catch {
    // not there yet, or damaged: an ordinary start
    return [];
  }
}

/** By rename, so that a crash in the midst leaves the old file. */
function writeRuns(file: string, runs: Run[]): void {
  const draft = `${file}.new`;
  rmSync(draft, { force: true });
  const content: z.infer<typeof RunFile> = { version: 1, runs };
  writeFileSync(draft, `${JSON.stringify(content)}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(draft, file);
}
