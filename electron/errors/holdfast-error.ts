/** The error hierarchy. Every error a person may see is one of these; anything else is wrapped at a border. */
import { ERRORS, type ErrorClass, type ErrorCode, type ErrorView, type Severity } from '@shared/errors';

export type ErrorParams = Record<string, string | number>;

export interface HoldfastErrorOptions {
  /** Values for the texts of the code: paths, names, sizes. */
  params?: ErrorParams;
  cause?: unknown;
  /** Technical detail; the cause's own words when it is left out. */
  detail?: string;
}

/** Base of the hierarchy. `message` is technical English; people read the texts of `code`. */
export class HoldfastError extends Error {
  readonly code: ErrorCode;
  readonly params: ErrorParams;
  readonly detail: string;

  constructor(code: ErrorCode, options: HoldfastErrorOptions = {}) {
    const detail = options.detail ?? describeCause(options.cause);
    super(detail ? `${code}: ${detail}` : code, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.params = options.params ?? {};
    this.detail = detail;
  }

  get severity(): Severity {
    return ERRORS[this.code].severity;
  }

  get retryable(): boolean {
    return ERRORS[this.code].retryable;
  }

  /** The error as it crosses a border. */
  toView(): ErrorView {
    return {
      code: this.code,
      severity: this.severity,
      retryable: this.retryable,
      params: this.params,
      detail: this.detail,
    };
  }
}

export class SystemError extends HoldfastError {}
export class DataIntegrityError extends HoldfastError {}
export class ExternalServiceError extends HoldfastError {}
export class BackupError extends HoldfastError {}
export class RestoreError extends HoldfastError {}
export class ConfigurationError extends HoldfastError {}
export class UsageError extends HoldfastError {}

const CLASSES: Record<ErrorClass, new (code: ErrorCode, options?: HoldfastErrorOptions) => HoldfastError> = {
  system: SystemError,
  'data-integrity': DataIntegrityError,
  'external-service': ExternalServiceError,
  backup: BackupError,
  restore: RestoreError,
  configuration: ConfigurationError,
  usage: UsageError,
};

/** Makes the error of the class that `code` belongs to. */
export function holdfastError(code: ErrorCode, options?: HoldfastErrorOptions): HoldfastError {
  return new CLASSES[ERRORS[code].class](code, options);
}

/** Rebuilds an error that crossed a border. */
export function errorFromView(view: ErrorView): HoldfastError {
  return holdfastError(view.code, { params: view.params, detail: view.detail });
}

/** Anything can be thrown, also what throws again when it is looked at. */
function describeCause(cause: unknown): string {
  try {
    if (cause === undefined) return '';
    if (cause instanceof Error) {
      const { code } = cause as NodeJS.ErrnoException;
      const said: unknown = cause.message;
      const message = String(said);
      return typeof code === 'string' && !message.includes(code) ? `${code}: ${message}` : message;
    }
    return typeof cause === 'string' ? cause : describeValue(cause);
  } catch {
    return 'what was thrown cannot be described';
  }
}

function describeValue(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // A cycle, or a number that JSON does not know.
    return Object.prototype.toString.call(value) === '[object BigInt]' ? String(value) : inspectKeys(value);
  }
}

const inspectKeys = (value: unknown): string => `an object with ${Object.keys(value as object).join(', ')}`;
