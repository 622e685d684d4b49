import { useTexts } from '@/i18n';
import type { RestoreStep } from './flow';
import classes from './restore.module.css';

const STEPS = ['what', 'preview', 'run'] as const satisfies readonly RestoreStep[];

/** Where in the three steps the panel is. */
export function StepHeader({ step }: { step: RestoreStep }) {
  const { t } = useTexts();
  const current = STEPS.indexOf(step);
  return (
    // the focus starts here and not on the button that closes
    <ol className={classes.steps} tabIndex={-1} data-autofocus>
      {STEPS.map((name, index) => (
        <li key={name} aria-current={index === current ? 'step' : undefined} data-past={index < current || undefined}>
          <span className={classes.stepNumber}>{index + 1}</span>
          {t(`restore.step.${name}`)}
        </li>
      ))}
    </ol>
  );
}
