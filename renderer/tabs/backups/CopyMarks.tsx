import type { CopyView } from '@shared/models';
import { ToneIcon } from '@/components/ToneIcon';
import { type Texts, useTexts } from '@/i18n';
import { COPY_TONE } from '@/tone';
import classes from './backups.module.css';

/** The state of a copy in words. */
export function copyWords({ state, verifiedAt }: CopyView, { t }: Texts): string {
  return t(`copies.state.${state === 'copied' && verifiedAt !== null ? 'verified' : state}`);
}

/** One small mark for each destination. Its words are a title: there are thousands of them, and tooltips cost time. */
export function CopyMarks({ copies }: { copies: CopyView[] }) {
  const texts = useTexts();
  return (
    <span className={classes.copyMarks}>
      {copies.map((copy) => {
        const words = texts.t('copies.mark', { name: copy.destination, state: copyWords(copy, texts) });
        return (
          <span key={copy.destinationId} style={{ lineHeight: 0 }} title={words}>
            <ToneIcon tone={COPY_TONE[copy.state]} size={15} label={words} />
          </span>
        );
      })}
    </span>
  );
}
