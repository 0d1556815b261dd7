/**
 * The library for passkeys, loaded when somebody uses one: with its readers of certificates it has some 300 modules, a tenth of all
 * that a start loads.
 */
export const webAuthn = () => import('@simplewebauthn/server')
