/** Calls to another program on the session bus, by hand: Chromium's objects do not answer `Introspect`. */
import dbus, { Message, type MessageBus, type Variant } from 'dbus-next';

export interface BusObject {
  destination: string;
  path: string;
}

/** One connection to the session bus. */
export class BusPeer {
  readonly bus: MessageBus = dbus.sessionBus();

  /** Calls a method and gives the values it answers with. Rejects when the peer is gone or refuses. */
  async call(
    target: BusObject,
    interfaceName: string,
    member: string,
    signature = '',
    body: unknown[] = [],
  ): Promise<unknown[]> {
    const reply = await this.bus.call(new Message({ ...target, interface: interfaceName, member, signature, body }));
    return reply?.body ?? [];
  }

  async property(target: BusObject, interfaceName: string, name: string): Promise<unknown> {
    const [value] = await this.call(target, 'org.freedesktop.DBus.Properties', 'Get', 'ss', [interfaceName, name]);
    return (value as Variant).value;
  }

  async properties(target: BusObject, interfaceName: string): Promise<Record<string, unknown>> {
    const [all] = await this.call(target, 'org.freedesktop.DBus.Properties', 'GetAll', 's', [interfaceName]);
    const entries = Object.entries(all as Record<string, Variant>);
    return Object.fromEntries(entries.map(([name, variant]) => [name, variant.value]));
  }

  /** True while some program owns `name`. */
  async hasOwner(name: string): Promise<boolean> {
    const target = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus' };
    const [owned] = await this.call(target, 'org.freedesktop.DBus', 'NameHasOwner', 's', [name]);
    return owned as boolean;
  }

  disconnect(): void {
    this.bus.disconnect();
  }
}
