import { ActionIcon, Button, Menu, Text } from '@mantine/core';
import { IconDots, IconRefresh, IconTable } from '@tabler/icons-react';
import type { DataRuleStatus } from '@shared/integrity';
import { describeError } from '@shared/text';
import { Mark } from '@/components/Mark';
import { TimeText } from '@/components/TimeText';
import { usePending } from '@/components/usePending';
import { useTexts } from '@/i18n';
import { Sparkline } from '@/tabs/performance/Sparkline';
import { removeRule, runRule, setRuleEnabled } from './actions';
import classes from './rules.module.css';
import { isBroken, ruleState } from './words';

interface Props {
  rule: DataRuleStatus;
  onEdit: () => void;
  onRows: () => void;
}

/** One rule: whether it holds, its course, and the rows that break it. */
export function RuleRow({ rule, onEdit, onRows }: Props) {
  const texts = useTexts();
  const { t, shared, format } = texts;
  const { config, last } = rule;
  const { alert } = config;
  const [run, running] = usePending(runRule);
  const state = ruleState(rule, texts);
  const words = last?.error && describeError(shared, last.error);
  return (
    <li
      className={classes.rule}
      data-testid={`data-rule-${config.name}`}
      data-broken={isBroken(rule) || undefined}
      data-count={last?.count}
    >
      <div style={{ minWidth: 0 }}>
        <span className={`${classes.name} hf-selectable`}>{config.name}</span>
        <div className={classes.facts}>
          <Mark tone={state.tone} size="xs">
            {state.text}
          </Mark>
          <Text size="xs" c="dimmed">
            {[
              ...(alert.enabled ? [shared(`severity.${alert.severity}`)] : [t('dataRules.alertOff')]),
              ...(alert.above > 0
                ? [t('dataRules.allowed', { count: alert.above, rows: format.number(alert.above) })]
                : []),
              ...(config.fixSql === null ? [] : [t('dataRules.mends')]),
            ].join(' · ')}
            {last && (
              <>
                {' · '}
                <Asked iso={last.at} />
              </>
            )}
          </Text>
        </div>
        {words && (
          <Text size="xs" className="hf-selectable">
            {words.what} {words.action}
          </Text>
        )}
      </div>
      <Course rule={rule} />
      <div className={classes.buttons}>
        <Button
          variant="subtle"
          size="compact-xs"
          leftSection={<IconTable size={14} />}
          disabled={!last || last.count === 0}
          onClick={onRows}
          data-testid={`rows-${config.name}`}
        >
          {t('dataRules.show')}
        </Button>
        <ActionIcon
          size="sm"
          loading={running}
          aria-label={t('dataRules.run', { name: config.name })}
          onClick={() => void run(rule)}
          data-testid={`run-${config.name}`}
        >
          <IconRefresh size={15} />
        </ActionIcon>
        <RuleMenu rule={rule} onEdit={onEdit} />
      </div>
    </li>
  );
}

function Asked({ iso }: { iso: string }) {
  return <TimeText iso={iso} />;
}

/** Counts of the last seven days, without numbers. */
function Course({ rule: { course } }: { rule: DataRuleStatus }) {
  const { t, format } = useTexts();
  const values = course.map(({ count }) => count);
  const most = Math.max(0, ...values);
  const times = course.map(({ at }) => Date.parse(at));
  return (
    <div
      className={classes.course}
      role="img"
      aria-label={t('dataRules.course', { most: format.number(most) })}
      title={t('dataRules.course', { most: format.number(most) })}
    >
      {course.length > 1 && (
        <Sparkline
          course={{
            times: Float64Array.from(times),
            values: Float64Array.from(values),
            joinMs: Number.MAX_SAFE_INTEGER,
            broken: false,
          }}
          most={most * 1.1}
        />
      )}
    </div>
  );
}

function RuleMenu({ rule, onEdit }: { rule: DataRuleStatus; onEdit: () => void }) {
  const { t } = useTexts();
  const { name, enabled } = rule.config;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          size="sm"
          aria-label={t('performance.form.actionsOf', { name })}
          data-testid={`data-rule-menu-${name}`}
        >
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={onEdit}>{t('performance.form.edit')}</Menu.Item>
        <Menu.Item onClick={() => void setRuleEnabled(rule, !enabled)}>
          {t(enabled ? 'performance.form.pause' : 'performance.form.resume')}
        </Menu.Item>
        <Menu.Item color="var(--hf-bad)" onClick={() => void removeRule(rule)}>
          {t('performance.form.removeDots')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
