export { importAssertionKey, signAssertion, VIEWER_HEADER, verifyAssertion } from './assertion.ts'
export type { Viewer } from './viewer.ts'
