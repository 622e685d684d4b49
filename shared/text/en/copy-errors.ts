/**
 * The words of the errors of chains, destinations, copies and drills.
 *
 * Values: DESTINATION_*, CREDENTIALS_REFUSED, HOST_KEY_CHANGED, COPY_*: name (of the destination); with reason, path, found,
 * createdAt. CHAIN_BROKEN, DRILL_FAILED: name (of the database), createdAt. PASSPHRASE_*, ENCRYPTED_FILE_DAMAGED: path.
 */
import type { ErrorTexts } from './errors';

export const copyErrors = {
  CHAIN_BROKEN: {
    what: 'The restore point of {{createdAt, moment}} needs an earlier one that is missing or damaged.',
    meaning:
      'It cannot be restored from this place. Restore points of other chains, and the database, are not affected.',
    action: 'Take a backup now: it begins a new chain. Another copy of the earlier point may be whole.',
  },
  NOTHING_CHANGED: {
    what: 'Nothing changed in {{name}} since its newest restore point.',
    meaning: 'That restore point still brings back everything, so no new one was made.',
    action: 'Nothing needs to be done.',
  },
  DESTINATION_NOT_MOUNTED: {
    what: "The destination “{{name}}” is not there: {{path}} does not have Holdfast's marker.",
    meaning: 'Nothing was written to the empty folder. Copies wait until the disk or the share is back.',
    action: 'Connect the disk or mount the share, then try again.',
  },
  DESTINATION_UNUSABLE: {
    what: 'The destination “{{name}}” cannot be used: {{reason}}.',
    meaning: 'Copies wait and are tried again. The backup folder and the copies that are there are not affected.',
    action: 'Check the address, the network and the permissions in Settings.',
  },
  DESTINATION_FULL: {
    what: 'The destination “{{name}}” is full.',
    meaning: 'New copies wait. The copies that are there are not affected.',
    action: 'Free space there, or keep fewer restore points at this destination.',
  },
  CREDENTIALS_REFUSED: {
    what: 'The destination “{{name}}” refused the user name, key or password.',
    meaning: 'Copies wait. Nothing was written or deleted there.',
    action: 'Enter valid credentials in Settings, and check when they expire.',
  },
  HOST_KEY_CHANGED: {
    what: 'The server of “{{name}}” shows another key than the one that was confirmed: {{found}}.',
    meaning: 'Somebody may stand between this machine and the server. Nothing was sent, not even the password.',
    action: 'Ask who runs the server. Confirm the new key in Settings only when its change was announced.',
  },
  COPY_FAILED: {
    what: 'The restore point of {{createdAt, moment}} could not be copied to “{{name}}”: {{reason}}.',
    meaning: 'It is in the backup folder. The copy is tried again with growing pauses, and goes on where it stopped.',
    action: 'Nothing needs to be done if this passes; otherwise check the destination in Settings.',
  },
  COPY_DAMAGED: {
    what: 'A copy at “{{name}}” is not what was copied: {{path}}.',
    meaning: 'That copy cannot be restored. It is replaced from the backup folder where the file is still there.',
    action: 'Check the disk or the service of this destination.',
  },
  COPY_MISSING: {
    what: 'A copy is no longer at “{{name}}”: {{path}}.',
    meaning: 'Somebody or something deleted it there. It is copied again where the backup folder still has the file.',
    action: 'Check who else can delete files at this destination.',
  },
  PASSPHRASE_NEEDED: {
    what: 'The file {{path}} is encrypted.',
    meaning: 'It cannot be read without its passphrase or its key. Nothing was changed.',
    action: 'Enter the passphrase that was set for the destination.',
  },
  PASSPHRASE_WRONG: {
    what: 'The passphrase or key does not open {{path}}.',
    meaning: 'Nothing was read and nothing was changed.',
    action: 'Enter the passphrase that was in use when this copy was made.',
  },
  ENCRYPTED_FILE_DAMAGED: {
    what: 'The encrypted file {{path}} is damaged.',
    meaning: 'Its content is not what was encrypted, so it was not used. Nothing was changed.',
    action: 'Use another copy of the same restore point.',
  },
  DRILL_FAILED: {
    what: 'The restore drill of {{name}} failed for the restore point of {{createdAt, moment}}.',
    meaning: 'That restore point could not be brought back when it was tried. The database itself was not touched.',
    action: 'Open Backups, look at what failed and take a backup now.',
  },
  DRILL_OVERDUE: {
    what: 'No restore drill of {{name}} for {{days}} days.',
    meaning: 'Whether its restore points can be brought back was not tried for that long.',
    action: 'Run a drill from Backups.',
  },
} satisfies Record<string, ErrorTexts>;
