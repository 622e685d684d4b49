import { ActionIcon, Button, Drawer, Menu, Stack, Text } from '@mantine/core';
import { IconDots, IconPlus } from '@tabler/icons-react';
import { type LogSourceStatus, OWN_LOG_SOURCE } from '@shared/logs';
import { describeError } from '@shared/text';
import { Mark } from '@/components/Mark';
import { PathText } from '@/components/PathText';
import { TimeText } from '@/components/TimeText';
import { useTexts } from '@/i18n';
import { removeSource, setSourceEnabled } from './actions';
import classes from './logs.module.css';
import { SourceForm } from './SourceForm';
import { SOURCE_TONE, sourceFacts, stateWords } from './words';

/** What the drawer shows: the list, the form for a new log, the form for one that is there. */
export type SourcesShown = 'list' | 'new' | { edited: string };

interface Props {
  shown: SourcesShown | null;
  sources: readonly LogSourceStatus[];
  onShow: (shown: SourcesShown | null) => void;
}

/** The logs that are followed, and how each of them is doing. */
export function SourcesDrawer({ shown, sources, onShow }: Props) {
  const { t } = useTexts();
  const edited =
    shown !== null && typeof shown === 'object' ? sources.find(({ id }) => id === shown.edited) : undefined;
  const isForm = shown === 'new' || edited !== undefined;
  return (
    <Drawer
      opened={shown !== null}
      onClose={() => onShow(null)}
      position="right"
      size={620}
      title={shown === 'new' ? t('logs.form.new') : (edited?.config.name ?? t('logs.sources.title'))}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      data-testid="log-sources"
    >
      {isForm ? (
        <SourceForm key={edited?.id ?? 'new'} known={edited ?? null} onDone={() => onShow('list')} />
      ) : (
        <Stack gap="sm">
          <ul className={classes.sources}>
            {sources.map((source) => (
              <SourceRow key={source.id} source={source} onEdit={() => onShow({ edited: source.id })} />
            ))}
          </ul>
          <div>
            <Button leftSection={<IconPlus size={14} />} onClick={() => onShow('new')} data-testid="add-log">
              {t('logs.sources.add')}
            </Button>
          </div>
        </Stack>
      )}
    </Drawer>
  );
}

function SourceRow({ source, onEdit }: { source: LogSourceStatus; onEdit: () => void }) {
  const texts = useTexts();
  const { t, shared } = texts;
  const { id, config, state, lastEntryAt, error } = source;
  const isOwn = id === OWN_LOG_SOURCE;
  const words = error && describeError(shared, error);
  return (
    <li className={classes.sourceRow} data-testid={`log-source-${config.name}`} data-state={state}>
      <div style={{ minWidth: 0 }}>
        <span className={`${classes.sourceName} hf-selectable`}>{config.name}</span>
        <div className={classes.sourceFacts}>
          <Mark tone={SOURCE_TONE[state]} size="xs">
            {stateWords(source, texts)}
          </Mark>
          <Text size="xs" c="dimmed">
            {sourceFacts(source, texts).join(' · ')}
            {' · '}
            {lastEntryAt ? <LastEntry iso={lastEntryAt} /> : t('logs.sources.noEntry')}
          </Text>
        </div>
        <PathText path={config.path} />
        {isOwn && (
          <Text size="xs" c="dimmed">
            {t('logs.sources.ownNote')}
          </Text>
        )}
        {state === 'no-file' && !words && (
          <Text size="xs">{t('logs.sources.noFileDetail', { path: config.path })}</Text>
        )}
        {words && (
          <Text size="xs" className="hf-selectable" role="alert">
            {words.what} {words.action}
          </Text>
        )}
      </div>
      {!isOwn && <SourceMenu source={source} onEdit={onEdit} />}
    </li>
  );
}

function LastEntry({ iso }: { iso: string }) {
  const { t } = useTexts();
  const [before = '', after = ''] = t('logs.sources.last', { time: '\u0000' }).split('\u0000');
  return (
    <>
      {before}
      <TimeText iso={iso} />
      {after}
    </>
  );
}

function SourceMenu({ source, onEdit }: { source: LogSourceStatus; onEdit: () => void }) {
  const { t } = useTexts();
  const { name, enabled } = source.config;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon size="sm" aria-label={t('logs.sources.actionsOf', { name })} data-testid={`log-menu-${name}`}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={onEdit}>{t('logs.sources.edit')}</Menu.Item>
        <Menu.Item onClick={() => void setSourceEnabled(source, !enabled)}>
          {t(enabled ? 'logs.sources.pause' : 'logs.sources.resume')}
        </Menu.Item>
        <Menu.Item color="var(--hf-bad)" onClick={() => void removeSource(source)}>
          {t('logs.sources.remove')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
