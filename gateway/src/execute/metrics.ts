/** What an engine tells about its work. Every method is called synchronously and must be cheap. */
export interface EngineMetrics {
  /** An operation found its compiled plan, or did not. */
  planCache?(hit: boolean): void
  /** An operation was planned and compiled. */
  planned?(durationMs: number): void
  /** A service answered; `failed` when its answer has errors. */
  fetched?(fetch: { readonly service: string; readonly durationMs: number; readonly failed: boolean }): void
  /** An entity fetch sent `sent` distinct representations for `wanted` objects. */
  entities?(batch: { readonly service: string; readonly wanted: number; readonly sent: number }): void
}

/** The part of a pino logger that an engine uses. */
export interface EngineLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
