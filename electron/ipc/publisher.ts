/** Everything that goes to the window unasked. */
import type { EventChannel } from '@shared/channels';
import type { Events, Place } from '@shared/ipc';
import type { AppState } from '@shared/models';
import type { WebContents } from 'electron';
import type { Core } from '../core/types';

/** The window, as far as messages go. */
export interface MessageWindow {
  listen(listener: {
    /** A page begins its life: after the window was made, and each time it was made anew. */
    opened(): void;
    /** The page is loaded and its preload listens. */
    loaded(contents: WebContents): void;
    closed(): void;
  }): void;
}

/** Calls `listener` with each state worth showing. */
export interface StateSource {
  subscribe(listener: (state: AppState) => void): () => void;
}

export interface Publisher {
  /** Shows a place in the window; a window that is still loading gets it afterwards. */
  navigate(place: Place): void;
  /** No event leaves after this. */
  stop(): void;
}

/** Sends state, readings and places to `window` while it is open. */
export function startPublisher(
  core: Pick<Core, 'on' | 'monitoring'>,
  states: StateSource,
  window: MessageWindow,
): Publisher {
  let contents: WebContents | null = null;
  let waitingPlace: Place | null = null;

  const send = <C extends EventChannel>(channel: C, event: Events[C]): void => {
    if (contents && !contents.isDestroyed()) contents.send(channel, event);
  };

  window.listen({
    // A page that begins anew says itself whether it looks at live charts.
    opened: () => core.monitoring.watch(false),
    loaded: (loaded) => {
      contents = loaded;
      if (waitingPlace) send('navigate', waitingPlace);
      waitingPlace = null;
    },
    closed: () => {
      contents = null;
      core.monitoring.watch(false);
    },
  });
  const unsubscribe = [
    states.subscribe((state) => send('state', state)),
    core.on('metrics', (reading) => send('metrics', reading)),
  ];

  return {
    navigate(place) {
      if (contents) send('navigate', place);
      else waitingPlace = place;
    },
    stop() {
      contents = null;
      for (const end of unsubscribe) end();
    },
  };
}
