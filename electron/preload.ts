/** Puts `window.holdfast` into the page. Runs in the sandbox: no Node, no packages, only the names of the channels. */
import { EVENT_CHANNELS, type EventChannel, REQUEST_CHANNELS, type RequestChannel } from '@shared/channels';
import { ERRORS, type ErrorView } from '@shared/errors';
import type { Events, HoldfastApi } from '@shared/ipc';
import { contextBridge, ipcRenderer, webUtils } from 'electron';

const NO_SUCH_CHANNEL = 'INVALID_INPUT';

type Listener = (event: unknown) => void;
const listeners = new Map<EventChannel, Set<Listener>>(EVENT_CHANNELS.map((channel) => [channel, new Set()]));
/** A place that was sent before the page listened: a click on a notification opens the window and leads there. */
let waitingPlace: Events['navigate'] | null = null;

for (const channel of EVENT_CHANNELS) {
  ipcRenderer.on(channel, (_event, payload: unknown) => {
    const known = listeners.get(channel) ?? new Set();
    if (channel === 'navigate' && known.size === 0) waitingPlace = payload as Events['navigate'];
    for (const listener of known) listener(payload);
  });
}

function refusal(channel: string): ErrorView {
  const { severity, retryable } = ERRORS[NO_SUCH_CHANNEL];
  const reason = `there is no channel ${channel}`;
  return { code: NO_SUCH_CHANNEL, severity, retryable, params: { reason }, detail: reason };
}

const api: HoldfastApi = {
  async request(channel, payload) {
    if (!(REQUEST_CHANNELS as readonly RequestChannel[]).includes(channel))
      return { ok: false, error: refusal(channel) };
    return ipcRenderer.invoke(channel, payload);
  },
  on(channel, listener) {
    const known = listeners.get(channel);
    if (!known) throw new TypeError(refusal(channel).detail);
    // A function of its own, so that the same listener may be given twice.
    const own: Listener = (event) => listener(event as Events[typeof channel]);
    known.add(own);
    if (channel === 'navigate' && waitingPlace) {
      own(waitingPlace);
      waitingPlace = null;
    }
    return () => {
      known.delete(own);
    };
  },
  // A real dropped file is a `File`; the contract names only the part of it that the window's code shares.
  pathForFile: (file) => webUtils.getPathForFile(file as File),
};

contextBridge.exposeInMainWorld('holdfast', api);
