export { type Attempt, forgetKeys, type Idempotent, idempotencyKey, idempotent } from './idempotent.ts'
export { idempotencyKeys } from './tables.ts'
