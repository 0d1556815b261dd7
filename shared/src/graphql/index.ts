export * from './connection.ts'
export * from './format-error.ts'
export * from './load.ts'
export * from './schema.ts'
