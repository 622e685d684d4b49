/**
 * A desktop panel for tests: owns `org.kde.StatusNotifierWatcher`, so that Electron's tray registers itself here, reads
 * its icon and tooltip, and opens and clicks its menu over `com.canonical.dbusmenu`.
 */
import dbus, { type Message, Variant } from 'dbus-next';
import { type BusObject, BusPeer } from './bus-peer';

const WATCHER = 'org.kde.StatusNotifierWatcher';
const ITEM = 'org.kde.StatusNotifierItem';
const MENU = 'com.canonical.dbusmenu';
const { Interface, ACCESS_READ } = dbus.interface;

class Watcher extends Interface {
  get RegisteredStatusNotifierItems(): string[] {
    return [];
  }
  get IsStatusNotifierHostRegistered(): boolean {
    return true;
  }
  get ProtocolVersion(): number {
    return 0;
  }
  RegisterStatusNotifierItem(_service: string): void {}
  RegisterStatusNotifierHost(_service: string): void {}
}
Watcher.configureMembers({
  properties: {
    RegisteredStatusNotifierItems: { signature: 'as', access: ACCESS_READ },
    IsStatusNotifierHostRegistered: { signature: 'b', access: ACCESS_READ },
    ProtocolVersion: { signature: 'i', access: ACCESS_READ },
  },
  methods: {
    RegisterStatusNotifierItem: { inSignature: 's', outSignature: '' },
    RegisterStatusNotifierHost: { inSignature: 's', outSignature: '' },
  },
});

export interface MenuNode {
  id: number;
  label: string;
  enabled: boolean;
  separator: boolean;
  children: MenuNode[];
}
type RawNode = [id: number, properties: Record<string, Variant>, children: Variant[]];

/** A picture as it went over the bus: rows of ARGB bytes. */
export interface Pixmap {
  width: number;
  height: number;
  argb: Buffer;
}

export class TrayHost {
  readonly #peer = new BusPeer();
  #item: BusObject | null = null;

  static async start(): Promise<TrayHost> {
    const host = new TrayHost();
    host.#peer.bus.addMethodHandler((message: Message) => {
      if (message.member === 'RegisterStatusNotifierItem') host.#register(message);
      return false;
    });
    host.#peer.bus.export('/StatusNotifierWatcher', new Watcher(WATCHER));
    await host.#peer.bus.requestName(WATCHER, 0);
    return host;
  }

  // Chromium names itself in three ways, by version: its bus name, a name it owns, or only the path of its object.
  #register(message: Message): void {
    const service = String(message.body[0]);
    this.#item = service.startsWith('/')
      ? { destination: message.sender ?? '', path: service }
      : { destination: service, path: '/StatusNotifierItem' };
  }

  /** True when an item registered and its program still runs. */
  async hasItem(): Promise<boolean> {
    return this.#item !== null && (await this.#peer.hasOwner(this.#item.destination));
  }

  async tooltip(): Promise<string> {
    const [, , title] = (await this.#property('ToolTip')) as [string, unknown, string, string];
    return title;
  }

  /** The icon, largest first. */
  async icon(): Promise<Pixmap[]> {
    const all = await this.#peer.properties(this.#registered(), ITEM);
    const pixmaps = all['IconPixmap'] as [width: number, height: number, argb: Buffer][];
    return pixmaps
      .map(([width, height, argb]) => ({ width, height, argb: Buffer.from(argb) }))
      .toSorted((a, b) => b.width - a.width);
  }

  /** A click on the icon itself. */
  async activate(): Promise<void> {
    await this.#peer.call(this.#registered(), ITEM, 'Activate', 'ii', [0, 0]);
  }

  async menu(): Promise<MenuNode> {
    const [, root] = await this.#peer.call(await this.#menuObject(), MENU, 'GetLayout', 'iias', [0, -1, []]);
    return menuNode(root as RawNode);
  }

  /** Labels of the top level, separators as `-`. */
  async labels(): Promise<string[]> {
    return (await this.menu()).children.map((node) => (node.separator ? '-' : node.label));
  }

  /** Clicks the entry under these labels, from the top level inwards. Rejects when there is none. */
  async click(...labels: string[]): Promise<void> {
    let node = await this.menu();
    for (const label of labels) {
      const next: MenuNode | undefined = node.children.find((child) => child.label === label);
      if (!next)
        throw new Error(`no menu entry "${label}" among: ${node.children.map((child) => child.label).join(', ')}`);
      node = next;
    }
    if (!node.enabled) throw new Error(`the menu entry "${node.label}" is disabled`);
    const event = [node.id, 'clicked', new Variant('s', ''), 0];
    await this.#peer.call(await this.#menuObject(), MENU, 'Event', 'isvu', event);
  }

  stop(): void {
    this.#peer.disconnect();
  }

  #registered(): BusObject {
    if (!this.#item) throw new Error('no tray item has registered');
    return this.#item;
  }

  #property(name: string): Promise<unknown> {
    return this.#peer.property(this.#registered(), ITEM, name);
  }

  async #menuObject(): Promise<BusObject> {
    return { destination: this.#registered().destination, path: (await this.#property('Menu')) as string };
  }
}

function menuNode([id, properties, children]: RawNode): MenuNode {
  const label = properties['label']?.value;
  return {
    id,
    label: typeof label === 'string' ? withoutMnemonics(label) : '',
    enabled: properties['enabled']?.value !== false,
    separator: properties['type']?.value === 'separator',
    children: children.map((child) => menuNode(child.value as RawNode)),
  };
}

/** On the bus one underscore marks the letter after it, two are one underscore. */
function withoutMnemonics(label: string): string {
  return label.replace(/_(_?)/g, '$1');
}
