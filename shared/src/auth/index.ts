export { importAssertionKey, signAssertion, signAssertionNow, VIEWER_HEADER, verifyAssertion } from './assertion.ts'
export * from './authorize.ts'
export {
  COOKIES_HEADER,
  type CookieChange,
  type CookieValues,
  cookieChange,
  readCookiesHeader,
  writeCookiesHeader,
} from './cookies.ts'
export * from './scopes.ts'
export { isSameText, isSignatureOf, type Signing, signatureOf } from './signature.ts'
export type { Caller, Viewer } from './viewer.ts'
