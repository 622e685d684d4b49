/** The autostart file of Linux desktops, as text. Pure. */

/** Line that says whose home an autostart file starts, so that one instance never touches another's. */
const HOME_KEY = 'X-Holdfast-Home';

/** A file of the Desktop Application Autostart Specification that runs `command` at login. */
export function autostartEntry(command: readonly string[], home: string): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Holdfast',
    `Exec=${command.map(quoteArgument).join(' ')}`,
    'Icon=holdfast',
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    `${HOME_KEY}=${escapeValue(home)}`,
    '',
  ].join('\n');
}

/** True when the autostart file `text` starts the instance of `home`. */
export function startsHome(text: string, home: string): boolean {
  return text.split('\n').includes(`${HOME_KEY}=${escapeValue(home)}`);
}

/** An argument of `Exec`: quoted, and a percent sign doubled, which would name a field else. */
function quoteArgument(argument: string): string {
  const quoted = `"${argument.replace(/(["`$\\])/g, '\\$1')}"`;
  return escapeValue(quoted).replaceAll('%', '%%');
}

function escapeValue(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');
}
