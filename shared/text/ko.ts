/** Every Korean text that more than one part of Holdfast shows. A key that English lacks or has more of does not compile. */
import type { en } from './en';
import { alerts } from './ko/alerts';
import { businessPreset } from './ko/business';
import { dataRulePreset } from './ko/data-rules';
import { errors } from './ko/errors';
import { health } from './ko/health';
import { message } from './ko/messages';
import { metrics } from './ko/metrics';
import { dialogs, notify, sentence, tray } from './ko/sentences';
import { terms } from './ko/terms';
import type { Mirror } from './mirror';

export const ko: Mirror<typeof en> = {
  businessPreset,
  dataRulePreset,
  errors,
  ...terms,
  ...metrics,
  sentence,
  notify,
  tray,
  dialogs,
  health,
  message,
  ...alerts,
};
