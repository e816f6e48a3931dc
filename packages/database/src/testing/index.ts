/** PostgreSQL for tests: one server a run, a database a test. */
export { type OwnServer, startOwnServer, TestServerError, testServerUrl } from './postgres-server.js';
export { testDatabase, type TestDatabase, type TestSchemas } from './test-database.js';
