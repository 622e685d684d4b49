// electron-builder cleans a runtime it downloaded, but not one it was handed as a folder: the stand-in application and
// the version file would be shipped. CommonJS, because electron-builder loads hooks that way.
const fs = require('node:fs');
const path = require('node:path');

exports.default = async ({ appOutDir, electronPlatformName }) => {
  if (electronPlatformName !== 'linux') return;
  for (const name of ['resources/default_app.asar', 'version']) fs.rmSync(path.join(appOutDir, name), { force: true });
};
