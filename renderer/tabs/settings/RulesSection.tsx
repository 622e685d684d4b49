import { Badge, Button, Skeleton, Switch, Text, Tooltip } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { AlertRule } from '@shared/alerting';
import { unitOf } from '@/alerts/metric-words';
import { useKnownMetrics, useRules } from '@/alerts/queries';
import { levelWords, ruleName, secondWords, watchedWords } from '@/alerts/rule-words';
import { ErrorNotice } from '@/components/ErrorNotice';
import { Mark } from '@/components/Mark';
import { Panel } from '@/components/Panel';
import { useTexts } from '@/i18n';
import { navigate, usePlace } from '@/navigation';
import { useApp } from '@/store';
import { SEVERITY_TONE } from '@/tone';
import { changeSetting } from './change';
import { switchRule } from './rule-actions';
import { isChanged } from './rule-changes';
import { draftOf, newRule, type RuleDraft } from './rule-draft';
import { RuleEditor } from './RuleEditor';
import classes from './settings.module.css';
import { SwitchRow } from './SettingRow';

const NOTICES = ['backupFailed', 'backupOverdue', 'restoreEnded'] as const;

/** What is being edited: a rule, or a draft of a new one. */
export interface Editing {
  rule: AlertRule | null;
  draft: RuleDraft;
}

/** What raises an alert. */
export function RulesSection() {
  const { t } = useTexts();
  const query = useRules();
  const known = useKnownMetrics();
  const place = usePlace();
  const [editing, setEditing] = useState<Editing | null>(null);
  const editingOf = (rule: AlertRule): Editing => ({
    rule,
    draft: draftOf(rule.config, unitOf(rule.config.metric, known.data ?? []).unit),
  });
  // the place may name a rule: an alert's details lead here
  const wanted = known.isPending ? undefined : query.data?.find(({ id }) => id === place.ruleId);
  const shown = editing ?? (wanted ? editingOf(wanted) : null);
  const edit = (next: Editing | null): void => {
    setEditing(next);
    if (next === null && place.ruleId !== undefined) navigate({ tab: 'settings' });
  };
  return (
    <Panel
      title={t('rules.label')}
      testId="settings-rules"
      aside={
        <Button
          variant="default"
          leftSection={<IconPlus size={15} aria-hidden />}
          onClick={() => edit({ rule: null, draft: newRule() })}
          data-testid="new-rule"
        >
          {t('rules.add')}
        </Button>
      }
    >
      <Text c="dimmed" size="xs">
        {t('rules.effect')}
      </Text>
      <h3 className={classes.subheading}>{t('rules.measuredTitle')}</h3>
      {query.isPending && <Skeleton height={480} aria-busy />}
      {query.isError && <ErrorNotice thrown={query.error} context={{ retry: () => void query.refetch() }} />}
      <ul className={classes.list}>
        {query.data?.map((rule) => (
          <RuleRow key={rule.id} rule={rule} onEdit={() => edit(editingOf(rule))} />
        ))}
      </ul>
      <Text c="dimmed" size="xs" mt="xs">
        {t('rules.servicesNote')}
      </Text>
      <BackupNotices />
      <RuleEditor editing={shown} onEdit={edit} />
    </Panel>
  );
}

function RuleRow({ rule, onEdit }: { rule: AlertRule; onEdit: () => void }) {
  const texts = useTexts();
  const { t, shared } = texts;
  const known = useKnownMetrics().data ?? [];
  const { config } = rule;
  const name = ruleName(config, texts);
  return (
    <li className={classes.rule} data-testid="rule-row" data-rule={rule.id} data-enabled={config.enabled}>
      <div style={{ minWidth: 0 }}>
        <Text fw={500} component="span" c={config.enabled ? undefined : 'dimmed'}>
          {name}
        </Text>
        {isChanged(rule) && (
          <Tooltip label={t('rules.changedEffect')}>
            <Badge variant="default" size="xs" tt="none" fw={500} ml={6}>
              {t('rules.changedLevel')}
            </Badge>
          </Tooltip>
        )}
        <Text size="xs" c="dimmed">
          {watchedWords(config, known, texts)}
        </Text>
      </div>
      <ul className={classes.levels}>
        {config.levels.map((level) => (
          <li key={level.severity}>
            <Mark tone={config.enabled ? SEVERITY_TONE[level.severity] : 'muted'} size="xs">
              {shared(`severity.${level.severity}`)}
            </Mark>
            <Tooltip
              label={
                level.andBelow
                  ? t('rules.onlyWhile', { second: secondWords(config, level.andBelow, known, texts) })
                  : ''
              }
              disabled={!level.andBelow}
            >
              <Text size="xs" component="span">
                {levelWords(config, level, known, texts)}
                {level.andBelow && ' *'}
              </Text>
            </Tooltip>
          </li>
        ))}
      </ul>
      <Switch
        aria-label={t('rules.enabledOf', { name })}
        checked={config.enabled}
        onChange={(event) => void switchRule(rule, event.currentTarget.checked)}
        data-testid="rule-enabled"
      />
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        aria-label={t('rules.editOf', { name })}
        onClick={onEdit}
        data-testid="edit-rule"
      >
        {t('rules.edit')}
      </Button>
    </li>
  );
}

/** What is told of backups and restores; these have no thresholds. */
function BackupNotices() {
  const { t } = useTexts();
  const notices = useApp((state) => state.settings.notifications);
  return (
    <>
      <h3 className={classes.subheading}>{t('rules.backupsTitle')}</h3>
      {NOTICES.map((notice) => (
        <SwitchRow
          key={notice}
          label={t(`settings.notifications.${notice}`)}
          effect={t(`settings.notifications.${notice}Effect`)}
          checked={notices[notice]}
          onChange={(checked) => changeSetting('notifications', { ...notices, [notice]: checked })}
        />
      ))}
    </>
  );
}
