/** The value of `check`, and the steps of every check, as text for people. */
import type { Value } from './values';
import { lines, word, type Words } from './words';

interface Step {
  step: string;
  outcome: 'ok' | 'warning' | 'failed';
  detail: string;
}

const MARKS = { ok: '✓', warning: '!', failed: '✗' };

export function checks(list: Step[], words: Words): string {
  return list
    .map(({ step, outcome, detail }) => {
      const label = `  ${MARKS[outcome]} ${word(words, 'proofStep', step)}`;
      return outcome === 'ok' ? lines(label) : lines(`${label}: ${words.text.outcome[outcome]}: ${detail}`);
    })
    .join('');
}

export function checked(value: Value<'check'>, words: Words): string {
  if (!value) return '';
  const { text, format } = words;
  const rules = value.rules.map(({ name, broken, rows, error }) => {
    if (!broken) return `  ${MARKS.ok} ${text.rule(name)}`;
    const why = error || rows === null ? text.ruleNotAsked : text.ruleBroken(format.count(rows));
    return `  ${MARKS.failed} ${text.rule(name)}: ${why}`;
  });
  return (
    lines((value.sound ? text.sound : text.unsound)(value.name ?? value.file)) +
    checks(value.checks, words) +
    lines(...rules, ...repaired(value, words), ...value.proposals.map((proposal) => proposed(proposal, words)))
  );
}

function repaired({ repair, repairRefused }: NonNullable<Value<'check'>>, { text }: Words): string[] {
  if (repairRefused !== null) return [text.repairRefused(repairRefused)];
  if (!repair) return [];
  const steps = repair.steps.map(({ kind, subject }) => `  - ${text.repairStep(kind, subject)}`);
  return [text.repaired, ...steps, text.repairUndo];
}

function proposed(
  { kind, pointId, count }: NonNullable<Value<'check'>>['proposals'][number],
  { text, format }: Words,
): string {
  if (kind === 'restore') return pointId === null ? text.proposeNoPoint : text.proposeRestore(pointId);
  if (kind === 'salvage') return text.proposeSalvage;
  return text.proposeOrphans(format.count(count));
}
