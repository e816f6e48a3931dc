/** PostgreSQL for every stateful package: pools, migrations, an embedded server, backup. */
export {};
