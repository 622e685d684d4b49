/** Port of the local endpoint while Settings do not name one: several Holdfasts on one machine cannot share it. */

/** `HOLDFAST_PORT` where it is a port that anybody may use; else undefined. */
export function portOf(env: NodeJS.ProcessEnv): number | undefined {
  const port = Number(env['HOLDFAST_PORT']);
  return Number.isInteger(port) && port >= 1_024 && port <= 65_535 ? port : undefined;
}
