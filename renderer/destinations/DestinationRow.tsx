import { Button, Group, Switch, Text } from '@mantine/core';
import type { DestinationStatus } from '@shared/destinations';
import type { ErrorCode, ErrorView } from '@shared/errors';
import { describeError } from '@shared/text';
import { Mark } from '@/components/Mark';
import { usePending } from '@/components/usePending';
import { useNow } from '@/format/now';
import { useTexts } from '@/i18n';
import { copyNow, removeDestination, switchDestination } from './actions';
import classes from './destinations.module.css';
import { KindIcon } from './KindIcon';
import { ScanResult } from './ScanResult';
import { scanDestination, useScan } from './scans';
import { DESTINATION_TONE, figuresOf, natureOf, placeOf } from './words';

interface Props {
  destination: DestinationStatus;
  onEdit: () => void;
}

/** One destination: whether copies arrive there, and what can be done with it. */
export function DestinationRow({ destination, onEdit }: Props) {
  const texts = useTexts();
  const { t } = texts;
  const now = useNow();
  const { id, config, state, copies, error } = destination;
  const { name } = config;
  const scan = useScan(id);
  const [copy, copying] = usePending(() => copyNow(destination));
  const [remove, removing] = usePending(() => removeDestination(destination));
  return (
    <li className={classes.row} data-testid="destination-row" data-destination={id} data-state={state}>
      <span className={classes.icon}>
        <KindIcon kind={config.kind} />
      </span>
      <div style={{ minWidth: 0 }}>
        <Group gap="sm" wrap="nowrap">
          <Text fw={600} truncate className="hf-selectable">
            {name}
          </Text>
          <Mark tone={DESTINATION_TONE[state]} size="xs">
            <span style={{ whiteSpace: 'nowrap' }}>{t(`destinations.state.${state}`)}</span>
          </Mark>
        </Group>
        <div className={`hf-selectable ${classes.place}`}>{placeOf(config)}</div>
      </div>
      <Switch
        aria-label={t('destinations.enabledOf', { name })}
        checked={config.enabled}
        onChange={(event) => void switchDestination(destination, event.currentTarget.checked)}
        data-testid="destination-enabled"
      />
      <Text size="xs" c="dimmed">
        {natureOf(config, texts).join(' · ')}
      </Text>
      <Group gap="xs" data-testid="destination-figures">
        <Text size="xs" c="dimmed">
          {figuresOf(destination, now, texts).join(' · ')}
        </Text>
        {copies.waiting > 0 && (
          <Mark tone="busy" size="xs">
            {t('destinations.waiting', { count: copies.waiting })}
          </Mark>
        )}
        {copies.failed > 0 && (
          <Mark tone="bad" size="xs">
            {t('destinations.failed', { count: copies.failed })}
          </Mark>
        )}
      </Group>
      {error && config.enabled && <Trouble error={error} onEdit={onEdit} onRetry={() => void copy()} />}
      <div className={classes.buttons}>
        <Button
          variant="default"
          size="compact-sm"
          loading={copying}
          disabled={!config.enabled}
          aria-label={t('destinations.copyNowOf', { name })}
          onClick={() => void copy()}
          data-testid="copy-now"
        >
          {t('destinations.copyNow')}
        </Button>
        <Button
          variant="default"
          size="compact-sm"
          loading={scan?.state === 'running'}
          aria-label={t('destinations.scanOf', { name })}
          onClick={() => void scanDestination(id)}
          data-testid="scan-destination"
        >
          {t('destinations.scan')}
        </Button>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          aria-label={t('destinations.editOf', { name })}
          onClick={onEdit}
          data-testid="edit-destination"
        >
          {t('destinations.edit')}
        </Button>
        <Button
          variant="subtle"
          color="var(--hf-bad)"
          size="compact-sm"
          loading={removing}
          aria-label={t('destinations.removeOf', { name })}
          onClick={() => void remove()}
          data-testid="remove-destination"
        >
          {t('destinations.removeButton')}
        </Button>
      </div>
      {scan && <ScanResult scan={scan} destination={destination} />}
    </li>
  );
}

/** Errors that are mended by other values; the others pass, or are mended outside. */
const MENDED_HERE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'DESTINATION_UNUSABLE',
  'CREDENTIALS_REFUSED',
  'HOST_KEY_CHANGED',
  'SECRET_UNREADABLE',
  'PASSPHRASE_NEEDED',
  'PASSPHRASE_WRONG',
]);

interface TroubleProps {
  error: ErrorView;
  onEdit: () => void;
  onRetry: () => void;
}

/** Why it could not be used, what that means, and the one button. */
function Trouble({ error, onEdit, onRetry }: TroubleProps) {
  const { t, shared } = useTexts();
  const words = describeError(shared, error);
  const here = MENDED_HERE.has(error.code);
  return (
    <div className={classes.notice} data-testid="destination-error" data-code={error.code}>
      <div className="hf-selectable">
        <Text size="xs" fw={500} className="hf-tone-bad">
          {words.what}
        </Text>
        <Text size="xs">{words.meaning}</Text>
        <Text size="xs">{words.action}</Text>
      </div>
      <Button variant="default" size="compact-sm" onClick={here ? onEdit : onRetry}>
        {t(here ? 'destinations.edit' : 'destinations.tryAgain')}
      </Button>
    </div>
  );
}
