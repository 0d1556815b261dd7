import type { CookieChange, CookieValues } from '../auth/index.ts'

/** Secrets that a browser keeps for this service, out of reach of the page's scripts. */
export interface BrowserCookies {
  get(name: string): string | undefined
  /** Of several changes of one cookie in a request the last one counts. */
  set(name: string, value: string, maxAgeSeconds: number): void
  forget(name: string): void
}

/** Reads the cookies of a request, and collects what its answer changes. */
export const openCookies = (values: CookieValues): BrowserCookies & { changes(): CookieChange[] } => {
  const changes = new Map<string, CookieChange>()
  return {
    get: (name) => (Object.hasOwn(values, name) ? values[name] : undefined),
    set: (name, value, maxAgeSeconds) => changes.set(name, { name, value, maxAgeSeconds }),
    forget: (name) => changes.set(name, { name, value: '', maxAgeSeconds: 0 }),
    changes: () => [...changes.values()],
  }
}
