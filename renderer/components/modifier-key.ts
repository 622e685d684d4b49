/** Name of the key that goes with the shortcuts on this system. */
export function modifierKey(): string {
  return navigator.userAgent.includes('Mac') ? '⌘' : 'Ctrl';
}
