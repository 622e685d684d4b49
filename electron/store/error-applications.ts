/** Applications that send their errors: a number for the address and a key each. */
import { z } from 'zod';
import type { Connection } from './connection';

export interface StoredErrorApplication {
  id: string;
  projectId: number;
  name: string;
  key: string;
  createdAt: string;
  lastEventAt: string | null;
  events: number;
  refused: number;
}

const Row = z
  .object({
    id: z.string(),
    project_id: z.number(),
    name: z.string(),
    key: z.string(),
    created_at: z.string(),
    last_event_at: z.string().nullable(),
    events: z.number(),
    refused: z.number(),
  })
  .transform(
    (row): StoredErrorApplication => ({
      id: row.id,
      projectId: row.project_id,
      name: row.name,
      key: row.key,
      createdAt: row.created_at,
      lastEventAt: row.last_event_at,
      events: row.events,
      refused: row.refused,
    }),
  );
const Next = z.object({ next: z.number() }).transform(({ next }) => next);

export class ErrorApplicationsTable {
  private readonly connection: Connection;
  private readonly all;
  private readonly byId;
  private readonly byProject;
  private readonly byName;
  private readonly next;
  private readonly insert;
  private readonly rename;
  private readonly replaceKey;
  private readonly addCounts;
  private readonly drop;

  constructor(connection: Connection) {
    this.connection = connection;
    this.all = connection.query('SELECT * FROM error_applications ORDER BY name, id', Row);
    this.byId = connection.query('SELECT * FROM error_applications WHERE id = @id', Row);
    this.byProject = connection.query('SELECT * FROM error_applications WHERE project_id = @projectId', Row);
    this.byName = connection.query('SELECT * FROM error_applications WHERE name = @name', Row);
    this.next = connection.query('SELECT coalesce(max(project_id), 0) + 1 AS next FROM error_applications', Next);
    this.insert = connection.command(
      `INSERT INTO error_applications (id, project_id, name, key, created_at)
       VALUES (@id, @projectId, @name, @key, @createdAt)`,
    );
    this.rename = connection.command('UPDATE error_applications SET name = @name WHERE id = @id');
    this.replaceKey = connection.command('UPDATE error_applications SET key = @key WHERE id = @id');
    this.addCounts = connection.command(
      `UPDATE error_applications SET events = events + @events, refused = refused + @refused,
         last_event_at = coalesce(@lastEventAt, last_event_at) WHERE id = @id`,
    );
    this.drop = connection.command('DELETE FROM error_applications WHERE id = @id');
  }

  /** By name. */
  list(): StoredErrorApplication[] {
    return this.all.all();
  }

  get(id: string): StoredErrorApplication | null {
    return this.byId.get({ id });
  }

  ofProject(projectId: number): StoredErrorApplication | null {
    return this.byProject.get({ projectId });
  }

  named(name: string): StoredErrorApplication | null {
    return this.byName.get({ name });
  }

  /** Gives it the next number. */
  add(application: Pick<StoredErrorApplication, 'id' | 'name' | 'key' | 'createdAt'>): void {
    this.connection.atomically(() => this.insert({ ...application, projectId: this.next.get() ?? 1 }));
  }

  setName(id: string, name: string): void {
    this.rename({ id, name });
  }

  setKey(id: string, key: string): void {
    this.replaceKey({ id, key });
  }

  /** False when there is no such application. */
  count(id: string, counts: { events: number; refused: number; lastEventAt: string | null }): boolean {
    return this.addCounts({ id, ...counts }) > 0;
  }

  /** Its groups are not shown any more, and are deleted by whoever clears up. */
  remove(id: string): void {
    this.drop({ id });
  }
}
