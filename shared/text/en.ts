/** Every English text that more than one part of Holdfast shows. English is the catalogue the others are measured by. */
import { alerts } from './en/alerts';
import { businessPreset } from './en/business';
import { dataRulePreset } from './en/data-rules';
import { errors } from './en/errors';
import { health } from './en/health';
import { message } from './en/messages';
import * as metrics from './en/metrics';
import { dialogs, notify, sentence, tray } from './en/sentences';
import * as terms from './en/terms';

export const en = {
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
