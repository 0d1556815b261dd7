import { requireScope, requireViewer, type Viewer } from '@gigraph/shared/auth'
import type { Context } from '../context.ts'

/**
 * Who may look after webhooks: their owner, in person or by an API key that has the scope for it. Such a key may thus be told what a key without
 * scopes may ask for.
 *
 * @throws {ApplicationError} UNAUTHENTICATED, FORBIDDEN
 */
export const requireManager = (ctx: Pick<Context, 'viewer'>): Viewer => {
  const viewer = requireViewer(ctx)
  requireScope(viewer, 'webhooks:manage')
  return viewer
}
