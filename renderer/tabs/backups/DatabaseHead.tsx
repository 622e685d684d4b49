import { SegmentedControl, Text } from '@mantine/core';
import type { DatabaseStatus } from '@shared/models';
import { BackUpButton } from '@/components/BackUpButton';
import { PathText } from '@/components/PathText';
import { useTexts } from '@/i18n';
import { useJob } from '@/store';
import { useValue } from '@/value';
import classes from './backups.module.css';
import { PARTS, shownPart } from './selection';

interface Props {
  name: string;
  path: string;
  /** Null for a database that is not guarded here. */
  status: DatabaseStatus | null;
}

/** The name of the database, what of it is looked at, and the button that backs it up. */
export function DatabaseHead({ name, path, status }: Props) {
  const { t } = useTexts();
  const job = useJob('backup', status?.database.id ?? null);
  const part = useValue(shownPart);
  return (
    <div className={classes.head}>
      <Text component="h2" m={0} size="lg" fw={600} className="hf-selectable" truncate>
        {name}
      </Text>
      {status && (
        <SegmentedControl
          size="xs"
          aria-label={t('integrity.view')}
          value={part}
          data={PARTS.map((value) => ({ value, label: t(`integrity.${value}`) }))}
          onChange={(value) => shownPart.set(PARTS.find((one) => one === value) ?? 'points')}
          data-testid="backups-parts"
        />
      )}
      {status && <BackUpButton database={status.database} disabled={job !== null} />}
      <PathText path={path} oneLine />
    </div>
  );
}
