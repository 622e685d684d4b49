/** Integrity checks, business rules and repair, put together. */
import type { IntegrityStatus } from '@shared/integrity';
import type { BackupService } from '../backup/backup-service';
import type { Guard } from '../database/guard';
import { holdfastError } from '../errors/holdfast-error';
import type { RulesForRepair } from '../repair/types';
import type { CoreContext } from './context';
import type { Soundness } from './soundness-types';

export interface SoundnessParts {
  guard: Guard;
  backups: BackupService;
  onBattery: () => boolean;
}

const UNKNOWN: IntegrityStatus = { last: null, lastFullAt: null, brokenRules: 0, offendingRows: 0 };

export class SoundnessPart implements Soundness, RulesForRepair {
  constructor(
    readonly context: CoreContext,
    readonly parts: SoundnessParts,
  ) {}

  // Business rules.
  rulesWithFixes: RulesForRepair['rulesWithFixes'] = async () => [];
  ruleFindings: RulesForRepair['ruleFindings'] = async () => [];

  /** Checks and rules are run when they are due from now on. */
  start(): void {
    this.wake();
  }
  stop(): void {}
  /** After sleep, and when the clock or the settings changed. */
  wake(): void {}

  check: Soundness['check'] = unavailable;
  checks: Soundness['checks'] = () => [];
  statusOf: Soundness['statusOf'] = () => UNKNOWN;
  rules: Soundness['rules'] = () => [];
  saveRule: Soundness['saveRule'] = unavailable;
  removeRule: Soundness['removeRule'] = unavailable;
  runRule: Soundness['runRule'] = unavailable;
  tryRule: Soundness['tryRule'] = unavailable;
  ruleRows: Soundness['ruleRows'] = unavailable;
  rulePresets: Soundness['rulePresets'] = unavailable;
  plan: Soundness['plan'] = unavailable;
  repair: Soundness['repair'] = unavailable;
  repairs: Soundness['repairs'] = () => [];
  salvage: Soundness['salvage'] = unavailable;
}

const unavailable = (): never => {
  throw holdfastError('NOT_AVAILABLE');
};
