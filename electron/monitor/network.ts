/** Traffic of the network interfaces. */
import { KERNEL, OptionalKernelFile } from './proc';
import { CounterRates } from './rates';

export interface Traffic {
  name: string;
  receivedPerSecond: number;
  sentPerSecond: number;
}

/** Counters of one interface, bytes since it came up. */
export interface InterfaceCounters {
  name: string;
  received: number;
  sent: number;
}

/** The loopback, and what containers, virtual machines and tunnels put between a program and a real interface. */
const VIRTUAL =
  /^(lo$|veth|docker|br-|virbr|vnet|lxc|lxdbr|podman|cni|cali|flannel|cilium|tap|ifb|dummy|sit\d|gre\d|ip6tnl|ip6gre|erspan|nlmon|bonding_masters)/;
/** More are the interfaces of some container system that is not known here. */
const MOST_INTERFACES = 16;

export class NetworkReader {
  private readonly file: OptionalKernelFile;
  private readonly received = new CounterRates();
  private readonly sent = new CounterRates();

  constructor(proc = KERNEL.proc) {
    this.file = new OptionalKernelFile(`${proc}/net/dev`);
  }

  /** Since the look before; an interface has no traffic at its first look. */
  read(atMs: number): Traffic[] {
    return this.since(parseNetDev(this.file.read() ?? ''), atMs);
  }

  /** Rates out of counters that were read elsewhere. */
  since(counters: readonly InterfaceCounters[], atMs: number): Traffic[] {
    const received = this.received.perSecond(new Map(counters.map((one) => [one.name, one.received])), atMs);
    const sent = this.sent.perSecond(new Map(counters.map((one) => [one.name, one.sent])), atMs);
    return counters.flatMap(({ name }) => {
      const [receivedPerSecond, sentPerSecond] = [received.get(name), sent.get(name)];
      if (receivedPerSecond === undefined || sentPerSecond === undefined) return [];
      return [{ name, receivedPerSecond, sentPerSecond }];
    });
  }

  restart(): void {
    this.received.restart();
    this.sent.restart();
  }

  close(): void {
    this.file.close();
  }
}

/** Real interfaces that have carried anything, from /proc/net/dev. */
export function parseNetDev(text: string): InterfaceCounters[] {
  const found: InterfaceCounters[] = [];
  for (const line of text.split('\n')) {
    const [, name, rest] = /^\s*([^\s|]+):\s*(.*)$/.exec(line) ?? [];
    if (name === undefined || rest === undefined || VIRTUAL.test(name)) continue;
    const columns = rest.split(/\s+/);
    const [received, sent] = [Number(columns[0] ?? Number.NaN), Number(columns[8] ?? Number.NaN)];
    // A socket nothing was ever plugged into is no interface to watch.
    if (received + sent > 0) found.push({ name, received, sent });
  }
  return found.slice(0, MOST_INTERFACES);
}
