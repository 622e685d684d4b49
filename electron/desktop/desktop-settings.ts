/** Makes the desktop follow the settings: theme and launch at login. */
import type { Settings } from '@shared/settings';
import { nativeTheme } from 'electron';
import type { HoldfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { type LoginItemOptions, setLaunchAtLogin } from './login-item';

/** Returns a function to call with the settings at the start and after each change. */
export function createSettingsApplier(
  loginItem: LoginItemOptions,
  report: (error: HoldfastError) => void,
): (settings: Settings) => void {
  let launchAtLogin: boolean | null = null;
  return (settings) => {
    if (nativeTheme.themeSource !== settings.theme) nativeTheme.themeSource = settings.theme;
    if (launchAtLogin === settings.launchAtLogin) return;
    launchAtLogin = settings.launchAtLogin;
    try {
      setLaunchAtLogin(launchAtLogin, loginItem);
    } catch (error) {
      report(wrapError(error, {}, 'IO_ERROR'));
    }
  };
}
