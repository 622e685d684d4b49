/** What is on the track in words: below the pointer, and spoken. */
import type { TimelineEvent, TimelinePoint } from '@shared/recovery';
import type { TextKey } from '@shared/text';
import type { Texts } from '@/i18n';
import type { Place } from './course';

export type PointShape = 'full' | 'changes' | 'safety';

export const shapeOf = ({ kind, form }: Pick<TimelinePoint, 'kind' | 'form'>): PointShape =>
  kind === 'safety' ? 'safety' : form;

/** "Daily, full, proved". */
export function pointWords({ kind, form, state }: TimelinePoint, { t, shared }: Texts): string {
  return t('timeline.pointWords', {
    kind: shared(`kind.${kind}`),
    form: t(form === 'full' ? 'backups.full' : 'backups.changes'),
    state: shared(`proofState.${state}`),
  });
}

/** "Restore drill: ended well"; an alert has a title of its own. */
export function eventWords({ kind, outcome, alert }: TimelineEvent, { t, shared }: Texts): string {
  if (alert) return shared(`alertTitle.${alert.titleKey}` as TextKey, alert.params);
  return t('timeline.event', { what: t(`timeline.mark.${kind}`), outcome: t(`timeline.outcome.${outcome}`) });
}

/** What a moment is. */
export function placeWords(place: Place, texts: Texts): string {
  const { t } = texts;
  switch (place.kind) {
    case 'point':
      return t('timeline.at.point', { what: pointWords(place.point, texts) });
    case 'gap':
      return t('timeline.at.gap', {
        reason: t(`timeline.end.${place.gap.because}`),
        time: exactOf(place.comesBackMs, texts),
      });
    case 'between':
      return t('timeline.at.between', { time: exactOf(place.comesBackMs, texts) });
    case 'range':
    case 'before':
    case 'none':
      return t(`timeline.at.${place.kind}`);
  }
}

/** A moment to the second, with the zone. */
export const exactOf = (ms: number, { format }: Texts): string => format.exact(new Date(ms).toISOString());

/** A moment and what it is, in one sentence for those who do not see the track. */
export function spokenMoment(chosen: boolean, ms: number, place: Place, texts: Texts): string {
  return texts.t(chosen ? 'timeline.spoken' : 'timeline.nothingChosen', {
    time: exactOf(ms, texts),
    what: placeWords(place, texts),
  });
}
