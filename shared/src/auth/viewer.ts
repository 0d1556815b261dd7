/** The person or program on whose behalf a request runs, as the gateway established it. */
export interface Viewer {
  /** The user's id (UUIDv7). */
  readonly id: string
  readonly kind: 'session' | 'api_key'
  /** The session that the access token belongs to; the key's id for an API key. */
  readonly sessionId: string
  readonly roles: readonly string[]
  readonly scopes: readonly string[]
  /** When the person last proved who they are (password and second factor), seconds since the epoch. */
  readonly authenticatedAt: number
}

/** Where a request comes from: who asks and with what. The gateway establishes it; services get it signed. */
export interface Caller {
  /** `null`: nobody is logged in. */
  readonly viewer: Viewer | null
  /** The client's IP address as the gateway sees it (behind a trusted proxy: the forwarded one). */
  readonly address: string
  /** The client's User-Agent header, at most 300 characters. */
  readonly userAgent: string
}
