import type { FastifyInstance, FastifyReply } from 'fastify'
import { completeOnboarding } from '../account.ts'
import { onboardingPage } from './onboarding-page.ts'
import { gone, type PageOptions, show } from './respond.ts'

/** Registers the hosted onboarding page of sellers. */
export function registerOnboarding(app: FastifyInstance, { emulation, runAfterwards }: PageOptions): void {
  const path = '/setup/e/:account/:token'
  type Params = { account: string; token: string }
  const find = ({ account, token }: Params) => {
    const link = emulation.store.findOptional('emulator.onboarding_link', token)
    const holder = emulation.store.findOptional('account', account)
    return link && holder && link.account === account ? { link, holder } : undefined
  }
  const unknown = (reply: FastifyReply) => gone(reply, 'Not found', 'There is no such link.')
  app.get<{ Params: Params }>(path, (request, reply) => {
    const found = find(request.params)
    if (!found) return unknown(reply)
    const { link, holder } = found
    if (link.usedAt !== null || link.expiresAt < emulation.now()) return reply.redirect(link.refreshUrl, 303)
    return show(reply, onboardingPage(holder, request.url, link.returnUrl))
  })
  app.post<{ Params: Params; Body: { bankNumber?: string } }>(path, (request, reply) => {
    const found = find(request.params)
    if (!found) return unknown(reply)
    const { link, holder } = found
    if (link.usedAt !== null || link.expiresAt < emulation.now()) return reply.redirect(link.refreshUrl, 303)
    completeOnboarding(emulation, holder, request.body?.bankNumber ?? '')
    emulation.store.change('emulator.onboarding_link', link.id, { usedAt: emulation.now() })
    runAfterwards()
    return reply.redirect(link.returnUrl, 303)
  })
}
