import { useState } from 'react';
import { describeError } from '@shared/text';
import { currentTexts, type Texts } from '@/i18n';
import { navigate } from '@/navigation';
import classes from './faults.module.css';
import { windowError } from './report';

/** `tab`: in the place of the tab. `floating`: over the window. `window`: instead of everything. */
export type FaultShape = 'tab' | 'floating' | 'window';

interface Props {
  thrown: unknown;
  where: string;
  name: string;
  shape: FaultShape;
  retry: () => void;
}

function wordsOf(shape: FaultShape, name: string, { t, shared }: Texts) {
  if (shape === 'window') {
    return { what: t('faults.whole.what'), meaning: t('faults.whole.meaning'), action: t('faults.whole.action') };
  }
  const words = describeError(shared, { code: 'TAB_FAILED', params: { where: name } });
  return shape === 'tab' ? words : { ...words, action: t('faults.partAction') };
}

/**
 * What happened to a part of the window, what that means, and what can be done. Plain elements with colours of their own:
 * what it stands in for may be all that the window's components need.
 */
export function FaultNotice({ thrown, where, name, shape, retry }: Props) {
  const [isOpen, setOpen] = useState(false);
  const { t } = currentTexts();
  const words = wordsOf(shape, name, currentTexts());
  const { message, stack } = windowError('render', where, thrown);
  return (
    <div className={classes[shape]} role="alert" data-testid={`fault-${where}`}>
      <div className={classes.box}>
        <p className={classes.what}>{words.what}</p>
        <p>{words.meaning}</p>
        <p>{words.action}</p>
        <div className={classes.buttons}>
          <button type="button" className={classes.button} onClick={retry} data-testid="fault-retry">
            {t('faults.retry')}
          </button>
          {shape === 'window' && (
            <button type="button" className={classes.button} onClick={() => window.location.reload()}>
              {t('faults.reload')}
            </button>
          )}
          {shape !== 'window' && where !== 'errors' && (
            <button type="button" className={classes.button} onClick={() => navigate({ tab: 'errors' })}>
              {t('faults.openErrors')}
            </button>
          )}
          <button
            type="button"
            className={classes.button}
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
            data-testid="fault-details"
          >
            {t(isOpen ? 'faults.hideDetail' : 'faults.showDetail')}
          </button>
        </div>
        {isOpen && (
          <pre className={classes.detail} aria-label={t('faults.detail')} tabIndex={0}>
            {stack === '' ? message : stack}
          </pre>
        )}
      </div>
    </div>
  );
}
