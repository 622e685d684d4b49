/** What to paste into an application, or into a terminal, so that its metrics arrive. */

/** Path on the local endpoint that takes OTLP over HTTP with JSON. */
const PUSH_PATH = '/v1/metrics';

/** Settings of any OpenTelemetry SDK. */
export function sdkSnippet(address: string, tokenFile: string): string {
  return [
    'export OTEL_SERVICE_NAME=my-application',
    `export OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=${address}${PUSH_PATH}`,
    'export OTEL_EXPORTER_OTLP_METRICS_PROTOCOL=http/json',
    `export OTEL_EXPORTER_OTLP_METRICS_HEADERS="Authorization=Bearer%20$(cat ${shellQuoted(tokenFile)})"`,
  ].join('\n');
}

/** One value sent by hand: shows within seconds that the way is open. */
export function curlSnippet(address: string, tokenFile: string): string {
  const body = {
    resourceMetrics: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'my-application' } }] },
        scopeMetrics: [
          {
            metrics: [
              { name: 'answer', gauge: { dataPoints: [{ asDouble: 42, timeUnixNano: '$(date +%s)000000000' }] } },
            ],
          },
        ],
      },
    ],
  };
  // the time is filled in by the shell, so the text stands in double quotes
  const text = JSON.stringify(body).replaceAll('"', '\\"');
  return [
    `curl ${address}${PUSH_PATH} \\`,
    `  -H "Authorization: Bearer $(cat ${shellQuoted(tokenFile)})" \\`,
    '  -H "Content-Type: application/json" \\',
    `  -d "${text}"`,
  ].join('\n');
}

/** A word of a shell: quoted when it must be. */
export const shellQuoted = (text: string): string =>
  /^[\w./:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
