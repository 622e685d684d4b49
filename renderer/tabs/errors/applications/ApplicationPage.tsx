import { Button, Group, Menu, Text } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useState } from 'react';
import type { ErrorApplication } from '@shared/error-groups';
import { type Fact, Facts } from '@/components/Facts';
import { Panel } from '@/components/Panel';
import { StampText, TimeText } from '@/components/TimeText';
import { useTexts } from '@/i18n';
import { removeApplication, renameApplication, renewKey, showErrorsOf } from './actions';
import { Arrival } from './Arrival';
import { NameDialog } from './NameDialog';
import { SetUp } from './SetUp';

/** One application: whether its errors arrive, how it is set up, and what can be done with it. */
export function ApplicationPage({ application }: { application: ErrorApplication }) {
  const { t } = useTexts();
  const [isRenaming, setRenaming] = useState(false);
  return (
    <>
      <Panel title={application.name} aside={<Actions application={application} onRename={() => setRenaming(true)} />}>
        <Arrival application={application} />
        <About application={application} />
      </Panel>
      <SetUp application={application} />
      {isRenaming && (
        <NameDialog
          title={t('errors.apps.rename')}
          name={application.name}
          doneLabel={t('errors.apps.save')}
          onDone={(name) => renameApplication(application, name)}
          onClose={() => setRenaming(false)}
        />
      )}
    </>
  );
}

function About({ application }: { application: ErrorApplication }) {
  const { t, format } = useTexts();
  const { createdAt, lastEventAt, events, refused } = application;
  const facts: Fact[] = [
    {
      name: t('errors.apps.last'),
      value: lastEventAt === null ? t('errors.apps.never') : <TimeText iso={lastEventAt} />,
    },
    { name: t('errors.apps.allEvents'), value: format.number(events) },
    ...(refused > 0
      ? [
          {
            name: t('errors.apps.refusedTitle'),
            value: (
              <>
                {format.number(refused)}{' '}
                <Text component="span" size="xs" c="dimmed">
                  {t('errors.apps.refusedWhy')}
                </Text>
              </>
            ),
          },
        ]
      : []),
    { name: t('errors.apps.since'), value: <StampText iso={createdAt} /> },
  ];
  return <Facts facts={facts} />;
}

function Actions({ application, onRename }: { application: ErrorApplication; onRename: () => void }) {
  const { t } = useTexts();
  return (
    <Group gap="xs" wrap="nowrap">
      <Button
        variant="light"
        size="compact-sm"
        disabled={application.events === 0}
        onClick={() => showErrorsOf(application)}
        data-testid="show-application-errors"
      >
        {t('errors.apps.show')}
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button
            variant="default"
            size="compact-sm"
            px={6}
            aria-label={t('errors.apps.actions')}
            data-testid="error-application-actions"
          >
            <IconDots size={16} aria-hidden />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={onRename} data-testid="rename-error-application">
            {t('errors.apps.rename')}
          </Menu.Item>
          <Menu.Item onClick={() => void renewKey(application)} data-testid="renew-error-key">
            {t('errors.apps.newKey')}
          </Menu.Item>
          <Menu.Item
            color="var(--hf-bad)"
            onClick={() => void removeApplication(application)}
            data-testid="remove-error-application"
          >
            {t('errors.apps.remove')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
