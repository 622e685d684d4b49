/** The rules that alerts follow from, each one JSON document. */
import { RuleConfig } from '@shared/alerting';
import { ConfigTable } from './config-table';
import type { Connection } from './connection';

export class AlertRulesTable extends ConfigTable<RuleConfig> {
  constructor(connection: Connection) {
    super(connection, 'alert_rules', RuleConfig);
  }
}
