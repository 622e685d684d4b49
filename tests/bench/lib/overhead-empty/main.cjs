// An application that does nothing: what Electron itself costs. `--window` opens an empty window, else there is a tray
// icon alone.
const path = require('node:path');
const { app, BrowserWindow, nativeImage, Tray } = require('electron');

const icon = path.resolve(__dirname, '../../../../resources/icon.png');
let kept = null;
app.on('window-all-closed', () => undefined);
void start();

async function start() {
  await app.whenReady();
  if (process.argv.includes('--window')) {
    kept = new BrowserWindow({ width: 1200, height: 800, webPreferences: { sandbox: true } });
    await kept.loadURL('data:text/html,<title>empty</title>');
  } else {
    kept = new Tray(nativeImage.createFromPath(icon));
  }
}
