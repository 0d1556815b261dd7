export * from './application-error.ts'
export * from './result.ts'
