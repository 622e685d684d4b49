// Which Electron this checkout uses. A pure decision, apart from the work, so that each case can be tested.

/**
 * @typedef {object} Probes
 * @property {NodeJS.Platform} platform
 * @property {string} arch
 * @property {boolean} officialRunnable Electron's own download of the pinned version is in place
 * @property {boolean} [officialDownloadOk] outcome of the download; undefined when it was not tried
 * @property {boolean} fallbackReady the replacement was prepared in this checkout before
 * @property {'official' | 'fallback' | ''} [wanted] HOLDFAST_RUNTIME, to insist on one
 */

/**
 * What to do next: use what is there, try the download, prepare the replacement, or stop with a reason.
 * @param {Probes} probes
 * @returns {{ action: 'use-official' | 'download' | 'fallback' | 'stop', reason: string }}
 */
export function chooseRuntime({ platform, arch, officialRunnable, officialDownloadOk, fallbackReady, wanted = '' }) {
  const fallbackFits = platform === 'linux' && arch === 'x64';
  if (wanted === 'fallback') {
    return fallbackFits
      ? { action: 'fallback', reason: 'HOLDFAST_RUNTIME asks for the replacement runtime' }
      : { action: 'stop', reason: `HOLDFAST_RUNTIME=fallback works on linux-x64 only; this is ${platform}-${arch}.` };
  }
  if (officialRunnable) return { action: 'use-official', reason: "Electron's own download is in place" };
  if (officialDownloadOk === undefined) {
    // A checkout that needed the replacement once keeps it: trying the network at every start would cost seconds.
    if (fallbackReady && wanted !== 'official') {
      return { action: 'fallback', reason: 'the replacement runtime is already prepared' };
    }
    return { action: 'download', reason: 'no Electron is in place yet' };
  }
  if (officialDownloadOk) {
    return { action: 'stop', reason: 'Electron was downloaded but is incomplete: delete node_modules and run npm ci.' };
  }
  if (wanted === 'official') {
    return {
      action: 'stop',
      reason: 'Electron could not be downloaded, and HOLDFAST_RUNTIME=official forbids another.',
    };
  }
  if (fallbackFits) return { action: 'fallback', reason: "Electron's own download is out of reach" };
  return {
    action: 'stop',
    reason: `Electron could not be downloaded; check the network or proxy (the replacement is for linux-x64, this is ${platform}-${arch}).`,
  };
}
