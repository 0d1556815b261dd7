export { importAssertionKey, signAssertion, signAssertionNow, VIEWER_HEADER, verifyAssertion } from './assertion.ts'
export * from './authorize.ts'
export * from './scopes.ts'
export type { Caller, Viewer } from './viewer.ts'
