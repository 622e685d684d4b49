import { Button, Group, Text, Tooltip } from '@mantine/core';
import type { CopyPlace, CopyPlaces } from '@shared/models';
import { ToneIcon } from '@/components/ToneIcon';
import { type Texts, useTexts } from '@/i18n';
import { navigate } from '@/navigation';
import { isMet, type RulePart, type Shortfall, shortfallOf } from './rule';
import classes from './status.module.css';

const PARTS = ['copies', 'media', 'offsite'] as const satisfies readonly RulePart[];

/** Three copies, two media, one offsite: each with its number, and one way on when something is missing. */
export function CopyRule({ places }: { places: CopyPlaces }) {
  const { t } = useTexts();
  const shortfall = shortfallOf(places);
  return (
    <div className={classes.line} data-testid="copy-rule">
      <Text size="xs" c="dimmed" className={classes.lineName}>
        {t('rule.title')}
      </Text>
      <RuleMarks places={places} />
      {shortfall && <ShortfallLine shortfall={shortfall} />}
    </div>
  );
}

/** The three marks, with the places on hover; `short` leaves the words to those who cannot see the order. */
export function RuleMarks({ places, short = false }: { places: CopyPlaces; short?: boolean }) {
  const texts = useTexts();
  const { t } = texts;
  return (
    <Tooltip label={placesWords(places, texts)} multiline maw={420} style={{ whiteSpace: 'pre-line' }}>
      <Group
        component="ul"
        gap={short ? 8 : 'md'}
        wrap={short ? 'nowrap' : 'wrap'}
        className={classes.marks}
        aria-label={t('rule.about')}
      >
        {PARTS.map((part) => {
          const met = isMet(places, part);
          return (
            <li key={part}>
              <ToneIcon tone={met ? 'ok' : 'warn'} size={14} label={t(met ? 'rule.met' : 'rule.unmet')} />
              {short && <span aria-hidden>{places[part]}</span>}
              <span className={short ? 'hf-visually-hidden' : undefined}>
                {t(`rule.${part}`, { count: places[part] })}
              </span>
            </li>
          );
        })}
      </Group>
    </Tooltip>
  );
}

function placesWords({ places }: CopyPlaces, texts: Texts): string {
  const { t } = texts;
  return [t('rule.about'), ...places.map((place) => placeWords(place, texts))].join('\n');
}

function placeWords(place: CopyPlace, { t }: Texts): string {
  if (place.kind === 'live') return t('rule.live');
  const name = place.kind === 'backup-folder' ? t('rule.folder') : place.name;
  return place.counts ? t('rule.points', { name, count: place.points }) : t('rule.empty', { name });
}

function ShortfallLine({ shortfall }: { shortfall: Shortfall }) {
  const { t } = useTexts();
  const add = shortfall.kind === 'missing';
  return (
    <div className={classes.shortfall} data-testid="copy-shortfall">
      <Text>{words()}</Text>
      <Button
        variant="default"
        size="compact-sm"
        onClick={() => navigate({ tab: 'settings', section: 'destinations' })}
        data-testid="add-destination"
      >
        {add ? t('rule.add') : t('rule.show')}
      </Button>
    </div>
  );

  function words(): string {
    if (shortfall.kind === 'missing') return t(`rule.missing.${shortfall.part}`);
    if (shortfall.kind === 'not-yet') return t('rule.notYet', { names: shortfall.names.join(', ') });
    return t('rule.behind', { name: shortfall.name, count: shortfall.count });
  }
}
