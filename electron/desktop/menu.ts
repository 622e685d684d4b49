/** The application menu. Only macOS shows it; elsewhere it is there for its shortcuts. */
import { app, Menu, type MenuItemConstructorOptions } from 'electron';

/** Sets the menu: editing, zoom and closing by keyboard on every desktop. */
export function setApplicationMenu(): void {
  const view: MenuItemConstructorOptions[] = [
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { role: 'togglefullscreen' },
  ];
  if (!app.isPackaged) view.push({ role: 'toggleDevTools' });
  const macOs: MenuItemConstructorOptions[] = process.platform === 'darwin' ? [{ role: 'appMenu' }] : [];
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...macOs,
      {
        role: 'fileMenu',
        submenu: [{ role: 'close' }, { role: 'quit', accelerator: 'CommandOrControl+Q' }],
      },
      { role: 'editMenu' },
      { label: 'View', submenu: view },
    ]),
  );
}
