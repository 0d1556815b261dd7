export { copyRows } from './copy-rows.ts'
export type { Database, DatabaseLog, Transaction } from './database.ts'
export {
  CommitOutcomeUnknown,
  DatabaseUnavailable,
  isConnectionLoss,
  isSerializationFailure,
  isUniqueViolation,
  TransactionAborted,
  TransactionMisuse,
} from './errors.ts'
export { inChunks } from './in-chunks.ts'
export { type ListenOptions, listenTo } from './listen.ts'
export { type MigrationOptions, migrateDatabase, requireMigrated } from './migrate.ts'
export { type DatabaseConnection, type DatabaseOptions, openDatabase, rows } from './open-database.ts'
export { prepared } from './prepared.ts'
export { type DatabaseToEnsure, dropDatabase, ensureDatabase, ensureRole } from './provision.ts'
export { type TransactionOptions, transaction } from './transaction.ts'
export { afterCommit } from './transaction-scope.ts'
export { SHORTEST_WORD, wordsToResemble } from './words-to-resemble.ts'
