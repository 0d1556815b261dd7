export { databasesShape } from './databases-command.ts'
export { makeEnvironmentFile } from './secrets-command.ts'
