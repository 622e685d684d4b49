/**
 * The words of the errors of services, figures and channels.
 *
 * Values, all optional: host, port, url, name, reason, path; REQUEST_TIMED_OUT: seconds. HTTP_STATUS_UNEXPECTED:
 * status, expected. ANSWER_UNEXPECTED: expected. ANSWER_TOO_LARGE: limitBytes. QUERY_TIMED_OUT: seconds.
 */
import type { ErrorTexts } from './errors';

export const serviceErrors = {
  HOST_NOT_FOUND: {
    what: 'The name {{host}} is not known.',
    meaning: 'No address was found for it, so nothing could be asked there.',
    action: 'Check the name and the DNS settings of this machine.',
  },
  CONNECTION_REFUSED: {
    what: '{{host}} refuses connections on port {{port}}.',
    meaning: 'The machine answers, but no service listens there.',
    action: 'Start the service, or check the port.',
  },
  CONNECTION_FAILED: {
    what: 'The connection to {{host}} failed: {{reason}}.',
    meaning: 'The service could not be asked.',
    action: 'Check the network and the service, then try again.',
  },
  REQUEST_TIMED_OUT: {
    what: '{{host}} did not answer in time.',
    what_seconds: '{{host}} did not answer within {{seconds}} s.',
    meaning: 'The service is down, overloaded, or cannot be reached.',
    action: 'Check the service and the network, then try again.',
  },
  CERTIFICATE_INVALID: {
    what: 'The certificate of {{host}} is not valid: {{reason}}.',
    meaning: 'Programs that check certificates refuse this connection.',
    action: 'Renew or correct the certificate of the service.',
  },
  HTTP_STATUS_UNEXPECTED: {
    what: '{{host}} answered with status {{status}}; {{expected}} is expected.',
    meaning: 'The service answers, but not as it should.',
    action: 'Look at the service’s log, or correct the expected status.',
  },
  ANSWER_UNEXPECTED: {
    what: 'The answer of {{host}} does not hold “{{expected}}”.',
    meaning: 'The service answers, but not as it should.',
    action: 'Look at the service, or correct the expected text.',
  },
  ANSWER_TOO_LARGE: {
    what: 'The answer of {{host}} is longer than {{limitBytes, bytes}}.',
    meaning: 'It was not read to its end.',
    action: 'Choose an address with a shorter answer.',
  },
  ADDRESS_REFUSED: {
    what: 'The address {{host}} is not asked.',
    meaning:
      'Link-local addresses belong to the network itself and to cloud metadata services, which hand out secrets.',
    action: 'Choose another address.',
  },
  REDIRECT_REFUSED: {
    what: '{{host}} redirects to another address, {{url}}.',
    meaning: 'Redirects to another host are not followed.',
    action: 'Enter the final address.',
  },
  METRICS_UNREADABLE: {
    what: 'The metrics of {{host}} cannot be read: {{reason}}.',
    meaning: 'Nothing of this answer was kept.',
    action: 'Check that the address serves Prometheus metrics.',
  },
  QUERY_INVALID: {
    what: 'The query cannot be run: {{reason}}.',
    meaning: 'Nothing was read.',
    action: 'Correct the query and try again.',
  },
  QUERY_NOT_READ_ONLY: {
    what: 'The query is not a plain reading one.',
    meaning:
      'Only one SELECT (or WITH … SELECT) is run. ATTACH, PRAGMA and everything that writes is refused. Nothing was run.',
    action: 'Write the query as one SELECT.',
  },
  QUERY_TIMED_OUT: {
    what: 'The query was ended after {{seconds}} s.',
    meaning: 'A query that runs long would hold up the application that uses the database.',
    action: 'Make the query faster, for example with an index.',
  },
  QUERY_NO_NUMBER: {
    what: 'The query gave no number.',
    meaning: 'A figure comes from one row with one number; there is no value for this time.',
    action: 'Write the query so that its first row begins with a number.',
  },
  ITEM_UNKNOWN: {
    what: 'This entry does not exist any more.',
    meaning: 'It was removed in the meantime. Nothing was changed.',
    action: 'Look at the list again.',
  },
  MAIL_REFUSED: {
    what: 'The mail server {{host}} did not accept the message: {{reason}}.',
    meaning: 'The message waits and is tried again for 24 hours.',
    action: 'Check the server, the sender and the recipients in Settings.',
  },
  MAIL_LOGIN_FAILED: {
    what: 'The mail server {{host}} refused the user name or the password.',
    meaning: 'No mail can be sent until this is corrected. Messages wait for 24 hours.',
    action: 'Enter the user name and password again in Settings.',
  },
  NOTIFICATION_NOT_SHOWN: {
    what: 'The desktop did not show a notification.',
    meaning: 'Alerts stay visible in the window and in the tray; other channels are not affected.',
    action: 'Check that notifications are allowed for Holdfast in the desktop’s settings.',
  },
  CHANNEL_FAILING: {
    what: 'Messages do not arrive through “{{name}}”.',
    meaning: 'Alerts are kept and tried again for 24 hours; you may not hear of them in time.',
    action: 'Open Settings, look at the delivery log of this channel and send a test message.',
  },
  SECRET_UNREADABLE: {
    what: 'The stored password of “{{name}}” cannot be read.',
    meaning: 'It was stored with a keyring that is locked or not there. Nothing was sent with it.',
    action: 'Unlock the keyring, or enter the password again in Settings.',
  },
  DEAD_MAN_FAILED: {
    what: 'The dead-man address {{host}} could not be reached: {{reason}}.',
    meaning: 'The service there may tell you that Holdfast has stopped although it works.',
    action: 'Check the address in Settings and the network.',
  },
  ENDPOINT_UNAVAILABLE: {
    what: 'The local endpoint cannot listen on port {{port}}: {{reason}}.',
    meaning: 'Health and metrics cannot be asked for by other programs; everything else works.',
    action: 'Choose another port in Settings, or end the program that uses this one.',
  },
  METRICS_RECORD_DAMAGED: {
    what: 'Part of the record of measurements could not be read: {{path}}.',
    meaning: 'The lines that are whole are kept; what could not be read shows as a gap. Backups are not affected.',
    action: 'Nothing needs to be done.',
  },
  METRICS_INDEX_REBUILT: {
    what: 'The index of measurements was built anew from the record.',
    meaning: 'It was missing or damaged. Measurements are in the record; backups are not affected.',
    action: 'Nothing needs to be done.',
  },
} satisfies Record<string, ErrorTexts>;
