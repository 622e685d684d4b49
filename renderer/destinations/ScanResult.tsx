import { Button, Collapse, Group, Text } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import type { DestinationStatus, ScanReport } from '@shared/destinations';
import { ErrorNotice } from '@/components/ErrorNotice';
import { JobLine } from '@/components/JobLine';
import { Mark } from '@/components/Mark';
import { useTexts } from '@/i18n';
import { navigate } from '@/navigation';
import { useApp } from '@/store';
import classes from './destinations.module.css';
import { dismissScan, type Scan, scanDestination } from './scans';
import { foundWords } from './words';

interface Props {
  scan: Scan;
  destination: DestinationStatus;
}

/** What a look at a destination found, where it was asked for. */
export function ScanResult({ scan, destination: { id, config } }: Props) {
  const { t } = useTexts();
  const job = useApp((state) => state.jobs.find(({ kind, subject }) => kind === 'scan' && subject === config.name));
  if (scan.state === 'failed')
    return <ErrorNotice thrown={scan.thrown} context={{ retry: () => void scanDestination(id) }} />;
  return (
    <div className={classes.notice} role="status" data-testid="scan-result" data-state={scan.state}>
      {scan.state === 'done' ? (
        <Found report={scan.report} onClose={() => dismissScan(id)} />
      ) : job ? (
        <div style={{ width: '100%' }}>
          <JobLine job={job} withSubject={false} />
        </div>
      ) : (
        <Text size="xs">{t('destinations.scanRunning')}</Text>
      )}
    </div>
  );
}

function Found({ report, onClose }: { report: ScanReport; onClose: () => void }) {
  const texts = useTexts();
  const { t } = texts;
  return (
    <>
      <Mark tone={report.found > 0 ? 'ok' : 'muted'} size="xs">
        {foundWords(report, texts)}
      </Mark>
      {report.foreign.length > 0 && <Foreign files={report.foreign} />}
      <Group gap={4}>
        {report.found > 0 && (
          <Button
            variant="default"
            size="compact-sm"
            onClick={() => navigate({ tab: 'backups' })}
            data-testid="scan-backups"
          >
            {t('destinations.openBackups')}
          </Button>
        )}
        <Button variant="subtle" color="gray" size="compact-sm" onClick={onClose}>
          {t('common.close')}
        </Button>
      </Group>
    </>
  );
}

/** Files that were not taken, each with its reason. */
function Foreign({ files }: { files: ScanReport['foreign'] }) {
  const { t } = useTexts();
  const [open, setOpen] = useState(false);
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <div style={{ width: '100%' }}>
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        leftSection={<Chevron size={14} aria-hidden />}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        data-testid="scan-foreign"
      >
        {t('destinations.foreign', { count: files.length })}
      </Button>
      <Collapse expanded={open} transitionDuration={100} keepMounted={false}>
        {/* Scrolled with keys too. */}
        <ul className={classes.foreign} tabIndex={0} aria-label={t('destinations.foreign', { count: files.length })}>
          {files.map(({ file, reason }) => (
            <li key={file}>
              <span className={`hf-selectable ${classes.keyText}`}>{file}</span>
              <span className={reason === 'damaged' ? 'hf-tone-bad' : 'hf-tone-muted'}>
                {t(`destinations.foreignReason.${reason}`)}
              </span>
            </li>
          ))}
        </ul>
      </Collapse>
    </div>
  );
}
