/** Signs of life while bytes are only compared: whoever waits for a copy takes long silence for a hang. */

const EVERY_BYTES = 1 << 20;

/** Tells after each mebibyte. */
export function heartbeat(tell: (doneBytes: number) => void): (bytes: number) => void {
  let done = 0;
  let told = 0;
  return (bytes) => {
    done += bytes;
    if (done - told < EVERY_BYTES) return;
    told = done;
    tell(done);
  };
}
