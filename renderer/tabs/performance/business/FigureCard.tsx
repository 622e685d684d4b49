import { ActionIcon, Button, Group, Menu, Text } from '@mantine/core';
import { IconDots, IconRefresh, IconTable } from '@tabler/icons-react';
import type { BusinessStatus } from '@shared/monitoring';
import { describeError } from '@shared/text';
import { Mark } from '@/components/Mark';
import { TimeText } from '@/components/TimeText';
import { usePending } from '@/components/usePending';
import { useTexts } from '@/i18n';
import { useDatabase } from '@/store';
import { type Course } from '../chart/course';
import { Sparkline } from '../Sparkline';
import { removeFigure, runFigure, setFigureEnabled } from './actions';
import classes from './business.module.css';

interface Props {
  figure: BusinessStatus;
  /** Over the range of the charts. */
  course: Course | undefined;
  onEdit: () => void;
  onRows: () => void;
}

/** One figure: its value, whether it meets its target, its course, and the rows behind it. */
export function FigureCard({ figure, course, onEdit, onRows }: Props) {
  const { t, shared, format } = useTexts();
  const { config, value, atMs, targetMet, error } = figure;
  const { unit, unitLabel, target, enabled } = config;
  const database = useDatabase(config.databaseId)?.database.name ?? t('performance.business.databaseGone');
  const [run, running] = usePending(runFigure);
  const words = error && describeError(shared, error);
  const most = Math.max(target?.value ?? 0, ...(course?.values.filter((one) => !Number.isNaN(one)) ?? [0]));
  return (
    <article
      className={classes.card}
      aria-label={config.name}
      data-testid={`figure-${config.name}`}
      data-met={targetMet ?? undefined}
    >
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <h2 className={classes.name} title={config.name}>
          {config.name}
        </h2>
        <FigureMenu figure={figure} onEdit={onEdit} />
      </Group>
      <span className={classes.value}>{value === null ? '–' : format.metric(value, unit, unitLabel)}</span>
      <div className={classes.target}>
        {!enabled ? (
          <Mark tone="muted" size="xs">
            {t('performance.business.isPaused')}
          </Mark>
        ) : (
          target && (
            <Mark tone={targetMet === null ? 'muted' : targetMet ? 'ok' : 'warn'} size="xs">
              {t(`performance.business.${targetMet === null ? 'goal' : targetMet ? 'met' : 'missed'}`, {
                target: t(`performance.business.targets.${target.direction}`, {
                  value: format.metric(target.value, unit, unitLabel),
                }),
              })}
            </Mark>
          )
        )}
      </div>
      {words ? (
        <Text size="xs" className={`hf-selectable ${classes.error}`}>
          <span className="hf-tone-bad">{words.what}</span> {words.action}
        </Text>
      ) : (
        <div className={classes.course}>{course && <Sparkline course={course} most={most * 1.1} />}</div>
      )}
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text size="xs" c="dimmed" truncate>
          {database}
          {atMs !== null && (
            <>
              {' · '}
              <TimeText iso={new Date(atMs).toISOString()} />
            </>
          )}
        </Text>
        <Group gap={2} wrap="nowrap" style={{ flexShrink: 0 }}>
          {config.rowsSql && (
            <Button
              variant="subtle"
              size="compact-xs"
              leftSection={<IconTable size={14} />}
              onClick={onRows}
              data-testid={`rows-${config.name}`}
            >
              {t('performance.business.rows')}
            </Button>
          )}
          <ActionIcon
            size="sm"
            loading={running}
            aria-label={t('performance.business.runOf', { name: config.name })}
            onClick={() => void run(figure)}
            data-testid={`run-${config.name}`}
          >
            <IconRefresh size={15} />
          </ActionIcon>
        </Group>
      </Group>
    </article>
  );
}

function FigureMenu({ figure, onEdit }: { figure: BusinessStatus; onEdit: () => void }) {
  const { t } = useTexts();
  const { name, enabled } = figure.config;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          size="sm"
          aria-label={t('performance.form.actionsOf', { name })}
          data-testid={`figure-menu-${name}`}
        >
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={onEdit}>{t('performance.form.edit')}</Menu.Item>
        <Menu.Item onClick={() => void setFigureEnabled(figure, !enabled)}>
          {t(enabled ? 'performance.form.pause' : 'performance.form.resume')}
        </Menu.Item>
        <Menu.Item color="var(--hf-bad)" onClick={() => void removeFigure(figure)}>
          {t('performance.form.removeDots')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
