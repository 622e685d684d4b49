import { Button, Drawer, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconAdjustments, IconFileText } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { AlertView } from '@shared/alerting';
import { EmptyState } from '@/components/EmptyState';
import { type Fact, Facts } from '@/components/Facts';
import { Mark } from '@/components/Mark';
import { useTexts } from '@/i18n';
import { navigate, usePlace } from '@/navigation';
import { useApp } from '@/store';
import { SEVERITY_TONE } from '@/tone';
import { AlertButtons } from './AlertButtons';
import { AlertChart } from './AlertChart';
import { AlertFacts } from './AlertFacts';
import { AlertStory } from './AlertStory';
import { alertMetric, alertTitle } from './alert-words';
import { useAlertHistory, useKnownMetrics, useRules } from './queries';
import { levelOf, ruleSentence } from './rule-words';

/** Everything about the alert that the place names: what was evaluated, its course, and what happened. */
export function AlertDetails() {
  const { t } = useTexts();
  const place = usePlace();
  const { alertId } = place;
  const close = (): void => navigate(place.view ? { tab: 'status', view: place.view } : { tab: 'status' });
  return (
    <Drawer
      opened={alertId !== undefined}
      onClose={close}
      position="right"
      size={624}
      title={t('alerts.details')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      data-testid="alert-details"
    >
      {alertId !== undefined && <Body alertId={alertId} />}
    </Drawer>
  );
}

function Body({ alertId }: { alertId: string }) {
  const { t } = useTexts();
  const open = useApp((state) => state.alerts.find(({ id }) => id === alertId));
  const history = useAlertHistory();
  const alert = open ?? history.alerts?.find(({ id }) => id === alertId);
  if (alert) return <Known alert={alert} others={history.alerts ?? []} />;
  if (history.isPending) return null;
  return <EmptyState icon={null} title={t('alerts.gone')} detail="" />;
}

function Known({ alert, others }: { alert: AlertView; others: readonly AlertView[] }) {
  const texts = useTexts();
  const { t, shared } = texts;
  const rules = useRules();
  const { source } = alert;
  const metric = alertMetric(source);
  const rule = source.type === 'rule' ? rules.data?.find(({ id }) => id === source.ruleId) : undefined;
  const level = rule ? levelOf(rule, alert.severity) : undefined;
  return (
    <Stack gap="md">
      <div>
        <Mark tone={SEVERITY_TONE[alert.severity]}>{shared(`severity.${alert.severity}`)}</Mark>
        <Text size="lg" component="h2" fw={600} m={0} className="hf-selectable" style={{ overflowWrap: 'anywhere' }}>
          {alertTitle(alert, texts)}
        </Text>
        <AlertFacts alert={alert} />
      </div>
      <AlertButtons alert={alert}>
        {rule && (
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            leftSection={<IconAdjustments size={15} aria-hidden />}
            onClick={() => navigate({ tab: 'settings', section: 'rules', ruleId: rule.id })}
            data-testid="edit-rule-of-alert"
          >
            {t('alerts.editRule')}
          </Button>
        )}
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          leftSection={<IconFileText size={15} aria-hidden />}
          onClick={() => navigate({ tab: 'errors', alertId: alert.id, logsAt: { atMs: Date.parse(alert.startedAt) } })}
          data-testid="logs-around-alert"
        >
          {t('alerts.logAround')}
        </Button>
      </AlertButtons>
      <Part title={t('alerts.measured')}>
        <Evaluated alert={alert} />
      </Part>
      {metric !== null && <AlertChart alert={alert} metric={metric} level={level ?? null} />}
      <Dates alert={alert} others={others} />
      <Part title={t('alerts.story')}>
        <AlertStory alert={alert} />
      </Part>
    </Stack>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <Text component="h3" fw={600} mt={0} mb={4}>
        {title}
      </Text>
      {children}
    </section>
  );
}

/** What was evaluated, in words. */
function Evaluated({ alert }: { alert: AlertView }) {
  const texts = useTexts();
  const { t } = texts;
  const rules = useRules();
  const known = useKnownMetrics().data ?? [];
  const { source } = alert;
  if (source.type === 'probe') return <Text>{t('alerts.measuredProbe')}</Text>;
  if (source.type === 'business') return <Text>{t('alerts.measuredBusiness')}</Text>;
  if (source.type === 'data-rule') return <Text>{t('alerts.measuredDataRule')}</Text>;
  if (source.type === 'error-group') return <Text>{t('alerts.measuredErrorGroup')}</Text>;
  if (source.type === 'log-pattern') return <Text>{t('alerts.measuredLogPattern')}</Text>;
  if (source.type === 'problem') return <Text>{t('alerts.measuredProblem')}</Text>;
  if (!rules.data) return <Text>{'\u00A0'}</Text>;
  const rule = rules.data.find(({ id }) => id === source.ruleId);
  const level = rule && levelOf(rule, alert.severity);
  if (!rule || !level) return <Text c="dimmed">{t('alerts.ruleGone')}</Text>;
  return (
    <Text className="hf-selectable" data-testid="evaluated">
      {ruleSentence({ ...rule.config, metric: source.metric }, level, known, texts)}
    </Text>
  );
}

function Dates({ alert, others }: { alert: AlertView; others: readonly AlertView[] }) {
  const texts = useTexts();
  const { t, format } = texts;
  const cause = alert.inhibitedBy === null ? undefined : others.find(({ id }) => id === alert.inhibitedBy);
  const facts: Fact[] = [{ name: t('alerts.startedAt'), value: format.exact(alert.startedAt) }];
  if (alert.firingSince !== null) facts.push({ name: t('alerts.firingSince'), value: format.exact(alert.firingSince) });
  if (alert.resolvedAt !== null) facts.push({ name: t('alerts.resolvedAt'), value: format.exact(alert.resolvedAt) });
  if (cause)
    facts.push({
      name: t('alerts.explainedBy'),
      value: (
        <UnstyledButton onClick={() => navigate({ tab: 'status', alertId: cause.id })}>
          <Text td="underline">{alertTitle(cause, texts)}</Text>
        </UnstyledButton>
      ),
    });
  return <Facts facts={facts} />;
}
