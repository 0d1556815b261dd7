export { databasesShape } from './databases-command.ts'
export { makeKubernetesSecrets } from './kubernetes-secrets.ts'
export { makeEnvironmentFile } from './secrets-command.ts'
