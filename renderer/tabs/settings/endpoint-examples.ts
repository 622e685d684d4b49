/** How other programs ask the local endpoint, ready to be pasted. */

/** A path inside single quotes of a shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** A shell command that asks for health with the token of the file. */
export function curlExample(address: string, tokenFile: string): string {
  return `curl -H "Authorization: Bearer $(cat ${quoted(tokenFile)})" ${address}/health`;
}

/** A job for `scrape_configs` of Prometheus. */
export function prometheusExample(address: string, tokenFile: string): string {
  const target = new URL(address).host;
  return [
    '- job_name: holdfast',
    '  authorization:',
    // a YAML string in single quotes holds everything; a quote is written twice
    `    credentials_file: '${tokenFile.replaceAll("'", "''")}'`,
    '  static_configs:',
    `    - targets: ['${target}']`,
  ].join('\n');
}
