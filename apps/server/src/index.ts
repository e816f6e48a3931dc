/** The HTTP service, as a program or within a test. */
export { readSettings, type Settings, SettingsError } from './settings.js';
export { SCHEMAS, type Services } from './services.js';
export { type RunningServer, startServer } from './start-server.js';
