/** The real notification service `dunst`, started on the test's session bus and screen. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Variant } from 'dbus-next';
import { BusPeer } from './bus-peer';
import { until } from './until';

const NAME = 'org.freedesktop.Notifications';
const OBJECT = { destination: NAME, path: '/org/freedesktop/Notifications' };
const DUNST = 'org.dunstproject.cmd0';

// Nothing goes away by itself: a test that looks late must still find it. The history tells the formatted text but not
// the urgency, so the urgency is the format.
const CONFIGURATION = `
[global]
history_length = 100
notification_limit = 0
idle_threshold = 0
[urgency_low]
timeout = 0
format = low
[urgency_normal]
timeout = 0
format = normal
[urgency_critical]
timeout = 0
format = critical
`;

export interface ShownNotification {
  title: string;
  body: string;
  urgency: string;
}

export class NotificationDaemon {
  readonly #peer = new BusPeer();
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'holdfast-dunst-'));
  readonly #process: ChildProcess;

  private constructor() {
    const file = path.join(this.#folder, 'dunstrc');
    writeFileSync(file, CONFIGURATION);
    this.#process = spawn('dunst', ['-conf', file], { stdio: ['ignore', 'ignore', 'inherit'] });
  }

  static async start(): Promise<NotificationDaemon> {
    const daemon = new NotificationDaemon();
    await once(daemon.#process, 'spawn');
    await until('dunst owns its name', () => daemon.#peer.hasOwner(NAME));
    return daemon;
  }

  /** Number of notifications on the screen. */
  async displayed(): Promise<number> {
    return Number(await this.#peer.property(OBJECT, DUNST, 'displayedLength'));
  }

  /** Clicks the newest notification on the screen, and answers with what it said. */
  async clickNewest(): Promise<ShownNotification> {
    await this.#peer.call(OBJECT, DUNST, 'NotificationAction', 'u', [0]);
    await this.#peer.call(OBJECT, DUNST, 'NotificationCloseLast');
    return this.#newestClosed();
  }

  /** Dismisses the newest notification on the screen, and answers with what it said. */
  async dismissNewest(): Promise<ShownNotification> {
    await this.#peer.call(OBJECT, DUNST, 'NotificationCloseLast');
    return this.#newestClosed();
  }

  /** Forgets everything that was shown. */
  async clear(): Promise<void> {
    await this.#peer.call(OBJECT, DUNST, 'NotificationCloseAll');
    await until('the screen is empty', async () => (await this.displayed()) === 0);
  }

  async stop(): Promise<void> {
    this.#peer.disconnect();
    const ended = once(this.#process, 'exit');
    this.#process.kill();
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #newestClosed(): Promise<ShownNotification> {
    const [history] = await this.#peer.call(OBJECT, DUNST, 'NotificationListHistory');
    const newest = (history as Record<string, Variant>[])[0];
    if (!newest) throw new Error('dunst has shown nothing');
    const text = (key: string): string => String(newest[key]?.value ?? '');
    return { title: text('summary'), body: asRead(text('body')), urgency: text('message') };
  }
}

/** A body is markup; this is what a person reads. */
function asRead(markup: string): string {
  return markup.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
