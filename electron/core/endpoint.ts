/** Keeps the local endpoint as the settings say: opened, moved to another port, closed. */
import type { EndpointInfo } from '@shared/models';
import type { Settings } from '@shared/settings';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';

interface OpenEndpoint {
  /** `http://127.0.0.1:<port>` */
  readonly address: string;
  close(): Promise<void>;
}

export interface EndpointKeeperOptions {
  tokenFile: string;
  settings(): Settings['endpoint'];
  /** Begins to listen; rejects with what Node says when it cannot. */
  listen(port: number): Promise<OpenEndpoint>;
  /** It cannot listen where the settings want it. */
  onFailure(error: HoldfastError): void;
  /** It listens, or is not wanted any more. */
  onSettled(): void;
}

export class EndpointKeeper {
  private open: { endpoint: OpenEndpoint; port: number } | null = null;
  private error: HoldfastError | null = null;
  /** A port that was given on the command line; the settings do not move it. */
  private givenPort: number | null = null;
  /** One change at a time, in the order in which they were asked for. */
  private change: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(private readonly options: EndpointKeeperOptions) {}

  /** Opens it at `port` (0: any free one), whatever the settings say. Rejects with what Node says when it cannot. */
  async openAt(port: number): Promise<string> {
    this.givenPort = port;
    const endpoint = await this.options.listen(port);
    this.open = { endpoint, port };
    return endpoint.address;
  }

  /** Brings it to what the settings say; a failure is recorded and told by `info`. */
  follow(): Promise<void> {
    if (this.givenPort !== null) return this.change;
    this.change = this.change.then(() => this.adapt());
    return this.change;
  }

  private async adapt(): Promise<void> {
    const { enabled, port } = this.options.settings();
    const wanted = enabled && !this.closed;
    if (wanted && this.open?.port === port) return;
    await this.open?.endpoint.close();
    this.open = null;
    this.error = null;
    if (!wanted) {
      this.options.onSettled();
      return;
    }
    try {
      this.open = { endpoint: await this.options.listen(port), port };
      this.options.onSettled();
    } catch (thrown) {
      this.error = refused(thrown, port);
      this.options.onFailure(this.error);
    }
  }

  info(): EndpointInfo {
    const { tokenFile } = this.options;
    return { address: this.open?.endpoint.address ?? null, tokenFile, error: this.error?.toView() ?? null };
  }

  /** For Health: whether it is wanted, and where it listens. */
  state(): { wanted: boolean; port: number; address: string | null } {
    const { enabled, port } = this.options.settings();
    const wanted = this.givenPort !== null || enabled;
    return { wanted, port: this.open?.port ?? port, address: this.open?.endpoint.address ?? null };
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.change;
    await this.open?.endpoint.close();
    this.open = null;
  }
}

function refused(thrown: unknown, port: number): HoldfastError {
  const { code } = thrown as NodeJS.ErrnoException;
  const reasons: Record<string, string> = {
    EADDRINUSE: 'another program uses this port',
    EACCES: 'access is refused',
  };
  const reason = reasons[code ?? ''] ?? wrapError(thrown).detail;
  return holdfastError('ENDPOINT_UNAVAILABLE', { params: { port, reason }, cause: thrown });
}
