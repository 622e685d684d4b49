import type { CopyView } from '@shared/models';
import { ToneIcon } from '@/components/ToneIcon';
import { type Texts, useTexts } from '@/i18n';
import { COPY_TONE, type Tone } from '@/tone';
import classes from './points.module.css';

/** The state of a copy in words. */
export function copyWords({ state, verifiedAt }: CopyView, { t }: Texts): string {
  return t(`copies.state.${state === 'copied' && verifiedAt !== null ? 'verified' : state}`);
}

/** A copy that waits because something went wrong needs a look. */
export const copyTone = ({ state, error }: CopyView): Tone =>
  state === 'waiting' && error !== null ? 'warn' : COPY_TONE[state];

/** One small mark for each destination. Its words are a title: there are thousands of them, and tooltips cost time. */
export function CopyMarks({ copies }: { copies: CopyView[] }) {
  const texts = useTexts();
  return (
    <span className={classes.copyMarks}>
      {copies.map((copy) => {
        const words = texts.t('copies.mark', { name: copy.destination, state: copyWords(copy, texts) });
        return (
          <span key={copy.destinationId} style={{ lineHeight: 0 }} title={words}>
            <ToneIcon tone={copyTone(copy)} size={15} label={words} />
          </span>
        );
      })}
    </span>
  );
}
