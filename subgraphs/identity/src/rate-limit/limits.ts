import type { Limit } from './rate-limit.ts'

/** Per client address: far above what a household or an office needs. */
export const loginsByAddress: Limit = { name: 'login-address', max: 300, window: '15m' }
/** Wrong passwords for one account from one client address. */
export const loginsByAccountAndAddress: Limit = { name: 'login-pair', max: 10, window: '15m' }
/**
 * Consecutive wrong passwords for one account from anywhere (NIST SP 800-63B-4 §3.2.2: at most 100). Beyond it only client
 * addresses that the owner has logged in from may try: a stranger cannot lock the owner out.
 */
export const loginsByAccount: Limit = { name: 'login-account', max: 100, window: '30d' }
export const registrationsByAddress: Limit = { name: 'register-address', max: 100, window: '1h' }
/** Mails that anybody can make us send to an address (verification, reset, already registered). */
export const mailsByRecipient: Limit = { name: 'mail', max: 5, window: '1h' }
/** Codes need the right password first; a limit of their own, so that strangers' mails cannot use it up. */
export const codesByUser: Limit = { name: 'code', max: 20, window: '1h' }
export const codesByChallenge: Limit = { name: 'code-challenge', max: 5, window: '1h' }
export const passkeysByChallenge: Limit = { name: 'passkey-challenge', max: 10, window: '1h' }
/** Guesses at links and refresh tokens, which have 256 bits: only to keep noise down. */
export const tokensByAddress: Limit = { name: 'token-address', max: 300, window: '15m' }
/** Wrong current passwords within a session. */
export const passwordChecks: Limit = { name: 'password-check', max: 10, window: '15m' }
