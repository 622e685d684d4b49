import { Button, Group, MultiSelect, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { ChartEvent, MetricInfo } from '@shared/metrics';
import type { ApplicationStatus } from '@shared/monitoring';
import { describeError } from '@shared/text';
import { Mark } from '@/components/Mark';
import { TimeText } from '@/components/TimeText';
import { useTexts } from '@/i18n';
import { ChartPanel } from '../chart/ChartPanel';
import { SubjectPicker } from '../chart/SubjectPicker';
import { useMetricList } from '../queries';
import { removeScrape, setScrapeEnabled } from './actions';
import classes from './applications.module.css';
import { type Family, familiesOf, familySpec, MOST_LINES, seriesOf } from './families';

/** Charts that are shown until somebody chooses. */
const FIRST_CHARTS = 4;
const SERIES_REFRESH_MS = 10_000;
const NO_METRICS: MetricInfo[] = [];

interface Props {
  application: ApplicationStatus;
  events: readonly ChartEvent[];
  onEdit: (application: ApplicationStatus) => void;
}

/** One application: how it is, and charts of the series that are chosen. */
export function ApplicationDetails({ application, events, onEdit }: Props) {
  const { t } = useTexts();
  // an application that was just connected has its series within seconds
  const list = useMetricList(SERIES_REFRESH_MS);
  const metrics = list.data ?? NO_METRICS;
  // values change with each answer, series seldom: only these decide what the charts are
  const families = useStableFamilies(metrics, application.name);
  const [chosen, setChosen] = useState<string[] | null>(null);
  const keys = families.map(familyKey);
  const shown = chosen ?? keys.slice(0, FIRST_CHARTS);
  return (
    <>
      <Head application={application} onEdit={onEdit} />
      {families.length > 0 && (
        <MultiSelect
          size="xs"
          label={t('performance.app.chosen')}
          data={families.map((family) => ({
            value: familyKey(family),
            label: family.members.length > 1 ? `${family.name} (${family.members.length})` : family.name,
          }))}
          value={shown.filter((key) => keys.includes(key))}
          onChange={setChosen}
          searchable
          clearable
          hidePickedOptions
          styles={{ inputField: { minWidth: 40 } }}
          nothingFoundMessage={t('performance.app.noSeries')}
          clearButtonProps={{ 'aria-label': t('performance.app.clear') }}
          data-testid="application-series"
        />
      )}
      <div className={classes.charts}>
        {families
          .filter((family) => shown.includes(familyKey(family)))
          .map((family) => (
            <FamilyChart key={familyKey(family)} family={family} application={application.name} events={events} />
          ))}
      </div>
      {list.isSuccess && families.length === 0 && (
        <Text c="dimmed" py="lg" ta="center">
          {t('performance.app.noSeriesYet')}
        </Text>
      )}
    </>
  );
}

const familyKey = ({ name, members }: Family): string => `${members[0]?.name ?? ''} ${name}`;

/** Families that keep their identity while the series are the same. */
function useStableFamilies(metrics: readonly MetricInfo[], application: string): Family[] {
  const families = familiesOf(metrics, application);
  const signature = families.flatMap(({ members }) => members.map(({ key }) => key).sort()).join('\n');
  const [held, setHeld] = useState({ signature, families });
  if (held.signature !== signature) setHeld({ signature, families });
  return held.signature === signature ? held.families : families;
}

function Head({ application, onEdit }: Pick<Props, 'application' | 'onEdit'>) {
  const { t, shared, format } = useTexts();
  const { name, scrape, state, lastAtMs, series, leftOut, error } = application;
  const words = error && describeError(shared, error);
  return (
    <div className={classes.head}>
      <Group justify="space-between" wrap="nowrap">
        <div style={{ minWidth: 0 }}>
          <h2 className={classes.title}>{name}</h2>
          <Text size="xs" c="dimmed" component="div" className="hf-selectable" truncate>
            {scrape
              ? t('performance.app.fetchedFrom', {
                  url: scrape.config.url,
                  time: format.duration(scrape.config.intervalSeconds * 1000),
                })
              : t('performance.app.pushesHere')}
            {lastAtMs !== null && (
              <>
                {' · '}
                {t('performance.app.last')} <TimeText iso={new Date(lastAtMs).toISOString()} />
              </>
            )}
          </Text>
        </div>
        {scrape && (
          <Group gap={4} wrap="nowrap">
            <Button variant="default" onClick={() => onEdit(application)} data-testid="edit-scrape">
              {t('performance.form.edit')}
            </Button>
            <Button variant="default" onClick={() => void setScrapeEnabled(application, state === 'paused')}>
              {t(state === 'paused' ? 'performance.form.resume' : 'performance.form.pause')}
            </Button>
            <Button variant="subtle" color="var(--hf-bad)" onClick={() => void removeScrape(application)}>
              {t('performance.form.removeDots')}
            </Button>
          </Group>
        )}
      </Group>
      {words && (
        <Text size="sm" className="hf-selectable">
          <span className="hf-tone-bad">{words.what}</span> {words.meaning} {words.action}
        </Text>
      )}
      {leftOut > 0 && (
        <Mark tone="warn" size="xs">
          {t(scrape ? 'performance.app.leftOutFetched' : 'performance.app.leftOut', {
            kept: format.number(series),
            left: format.number(leftOut),
          })}
        </Mark>
      )}
    </div>
  );
}

function FamilyChart({
  family,
  application,
  events,
}: {
  family: Family;
  application: string;
  events: readonly ChartEvent[];
}) {
  const texts = useTexts();
  const { t } = texts;
  const [member, setMember] = useState<string | null>(null);
  const spec = useMemo(() => familySpec(family, application, member, texts), [family, application, member, texts]);
  const more = family.members.length - MOST_LINES;
  const histogram = family.members[0]?.histogram === true;
  if (histogram) {
    const subjects = family.members.map((info) => ({
      ...info,
      subject: info.key,
      subjectLabel: seriesOf(info, application)?.labels || family.name,
    }));
    const picker = subjects.length > 1 && (
      <SubjectPicker
        subjects={subjects}
        chosen={member ?? subjects[0]?.key ?? null}
        onChoose={setMember}
        label={family.name}
      />
    );
    return <ChartPanel spec={spec} events={events} picker={picker} />;
  }
  return (
    <ChartPanel
      spec={spec}
      events={events}
      note={more > 0 ? t('performance.app.moreLines', { count: more }) : undefined}
    />
  );
}
