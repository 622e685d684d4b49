/// <reference types="vite/client" />
import type { HoldfastApi } from '@shared/ipc';

declare global {
  interface Window {
    /** Put there by the preload; the only way out of the window. */
    readonly holdfast: HoldfastApi;
  }
}
