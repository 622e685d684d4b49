import { Checkbox, Text } from '@mantine/core';
import type { FileComparison } from '@shared/models';
import { ToneIcon } from '@/components/ToneIcon';
import { type Texts, useTexts } from '@/i18n';
import type { Tone } from '@/tone';
import type { OtherDatabase } from './belonging';
import classes from './restore.module.css';

interface Props {
  other: OtherDatabase;
  /** With it the box asks to confirm that the database is meant. */
  confirmed?: boolean;
  onConfirm?: (confirmed: boolean) => void;
}

/** Says that the content does not belong to the database that was chosen, and what that is known by. */
export function OtherDatabaseBox({ other, confirmed = false, onConfirm }: Props) {
  const texts = useTexts();
  const { t } = texts;
  const { target, source, named, comparison } = other;
  const title =
    source === null
      ? t('belonging.unknown', { target })
      : t(named ? 'belonging.takenOf' : 'belonging.looksLike', { source, target });
  return (
    <div className={`${classes.verdict} hf-tone-warn`} role="alert" data-testid="other-database">
      <ToneIcon tone="warn" size={22} />
      <div>
        <Text fw={600}>{title}</Text>
        {comparison ? (
          <ul className={classes.comparisons} aria-label={t('belonging.comparisons', { target })}>
            {comparisonLines(comparison, target, texts).map(({ name, words, tone }) => (
              <li key={name}>
                <ToneIcon tone={tone} size={14} />
                <span>
                  {name}: {words}
                </span>
              </li>
            ))}
          </ul>
        ) : (
          !named && <Text>{t('belonging.notCompared', { target })}</Text>
        )}
        {onConfirm && (
          <Checkbox
            mt="sm"
            label={t('belonging.confirm', { target })}
            checked={confirmed}
            onChange={(event) => onConfirm(event.currentTarget.checked)}
            data-testid="confirm-other"
          />
        )}
      </div>
    </div>
  );
}

interface Line {
  name: string;
  words: string;
  tone: Tone;
}

/** The three comparisons in words. */
export function comparisonLines(
  { applicationId, tables, sameName }: FileComparison,
  target: string,
  { t }: Texts,
): Line[] {
  const { shared, then, now } = tables;
  const idTones: Record<FileComparison['applicationId'], Tone> = {
    same: 'ok',
    differs: 'bad',
    none: 'muted',
    unknown: 'muted',
  };
  return [
    {
      name: t('belonging.applicationId.name'),
      words: t(`belonging.applicationId.${applicationId}`),
      tone: idTones[applicationId],
    },
    {
      name: t('belonging.tables.name'),
      words:
        now === null ? t('belonging.tables.unknown') : t('belonging.tables.shared', { shared, count: then, target }),
      tone: now === null ? 'muted' : shared === 0 ? 'bad' : shared < then ? 'warn' : 'ok',
    },
    {
      name: t('belonging.fileName.name'),
      words: t(sameName ? 'belonging.fileName.same' : 'belonging.fileName.differs'),
      tone: sameName ? 'ok' : 'muted',
    },
  ];
}
