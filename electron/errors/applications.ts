/** Applications that send their errors: names, keys, and the address that is given to their SDK. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { ErrorApplication } from '@shared/error-groups';
import type { StoredErrorApplication } from '../store/error-applications';
import type { Store } from '../store/open';
import { holdfastError } from './holdfast-error';

export class ErrorApplications {
  constructor(
    private readonly store: Store,
    private readonly address: () => string | null,
    private readonly nowMs: () => number,
  ) {}

  list(): ErrorApplication[] {
    return this.store.errorApplications.list().map((stored) => this.view(stored));
  }

  /** Null: unknown. */
  byKey(projectId: number, key: string): { id: string; name: string } | null {
    const found = this.store.errorApplications.ofProject(projectId);
    return found?.key === key ? { id: found.id, name: found.name } : null;
  }

  /** @throws NAME_TAKEN, ITEM_UNKNOWN */
  save({ id: given, name }: { id?: string; name: string }): ErrorApplication {
    const { errorApplications: table } = this.store;
    if (given !== undefined) this.require(given);
    const namesake = table.named(name);
    if (namesake && namesake.id !== given) throw holdfastError('NAME_TAKEN', { params: { name } });
    const id = given ?? randomUUID();
    if (given === undefined) table.add({ id, name, key: newKey(), createdAt: new Date(this.nowMs()).toISOString() });
    else table.setName(id, name);
    return this.view(this.require(id));
  }

  /** @throws ITEM_UNKNOWN */
  remove(id: string): void {
    this.require(id);
    this.store.errorApplications.remove(id);
  }

  /** @throws ITEM_UNKNOWN */
  renewKey(id: string): ErrorApplication {
    this.require(id);
    this.store.errorApplications.setKey(id, newKey());
    return this.view(this.require(id));
  }

  private require(id: string): StoredErrorApplication {
    const found = this.store.errorApplications.get(id);
    if (!found) throw holdfastError('ITEM_UNKNOWN', { detail: `application ${id}` });
    return found;
  }

  private view({ key, ...shown }: StoredErrorApplication): ErrorApplication {
    const address = this.address();
    const dsn = address === null ? null : `${address.replace('://', `://${key}@`)}/${shown.projectId}`;
    return { ...shown, dsn };
  }
}

/** As Sentry's are: 32 hexadecimal digits. */
const newKey = (): string => randomBytes(16).toString('hex');
