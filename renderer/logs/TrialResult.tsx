import { Text } from '@mantine/core';
import type { LogTrial } from '@shared/logs';
import { Mark } from '@/components/Mark';
import { PathText } from '@/components/PathText';
import { useTexts } from '@/i18n';
import forms from '@/tabs/performance/forms/forms.module.css';
import { firstLine, visible } from './highlight';
import { LevelMark } from './LevelMark';
import classes from './logs.module.css';

const SHOWN_ENTRIES = 8;
const SHOWN_FILES = 5;
const LINE_CHARACTERS = 300;

/** What following a log would give: its files, its format, its last entries. */
export function TrialResult({ trial }: { trial: LogTrial }) {
  const { t, format } = useTexts();
  const { files, moreFiles, entries } = trial;
  const count = files.length + moreFiles;
  const hidden = count - Math.min(SHOWN_FILES, files.length);
  return (
    <div className={forms['box']} data-testid="log-trial">
      <Mark tone={count === 0 ? 'warn' : 'ok'}>
        {count === 0 ? t('logs.form.noFiles') : t('logs.form.files', { count, files: format.number(count) })}
      </Mark>
      {files.slice(0, SHOWN_FILES).map((file) => (
        <PathText key={file} path={file} />
      ))}
      {hidden > 0 && (
        <Text size="xs" c="dimmed">
          {t('logs.form.moreFiles', { files: format.number(hidden) })}
        </Text>
      )}
      {count > 0 && (
        <Text fw={500} mt={4} data-testid="trial-format">
          {trial.format
            ? t('logs.form.recognised', { format: t(`logs.formats.${trial.format}`) })
            : t('logs.form.notRecognised')}
        </Text>
      )}
      {entries.length > 0 && (
        <>
          <Text size="xs" c="dimmed">
            {t('logs.form.latest')}
          </Text>
          <ul className={classes.trial}>
            {entries.slice(-SHOWN_ENTRIES).map(({ atMs, hasOwnTime, level, text, lines }, index) => (
              <li key={index} data-testid="trial-entry">
                <span className={classes.time}>{hasOwnTime ? format.moment(atMs) : '—'}</span>
                <LevelMark level={level ?? 'NONE'} />
                <span className={classes.lineText}>{visible(firstLine(text, LINE_CHARACTERS))}</span>
                {lines > 1 && (
                  <span className={classes.lines}>{t('logs.list.lines', { lines: format.number(lines) })}</span>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
