import type { FastifyInstance, FastifyReply } from 'fastify'
import type Stripe from 'stripe'
import { cardByNumber } from '../cards.ts'
import { answerSessionChallenge, expireDueSessions, paySession, successUrl } from '../checkout.ts'
import type { Emulation } from '../emulation.ts'
import { StripeFault } from '../fault.ts'
import { answerChallenge, type Confirmation } from '../payment.ts'
import { readCard } from './card-form.ts'
import { type CardForm, challengePage, checkoutPage, type FormFault, noticePage } from './checkout-page.ts'
import { registerDashboard } from './dashboard-routes.ts'
import { registerOnboarding } from './onboarding-routes.ts'
import { gone, type PageOptions, show } from './respond.ts'

type Found = { session: Stripe.Checkout.Session; items: Stripe.LineItem[]; account: string | null }

function findSession(emulation: Emulation, id: string): Found | undefined {
  expireDueSessions(emulation)
  const row = emulation.store.row('checkout.session', id)
  const details = emulation.store.findOptional('emulator.checkout_details', id)
  return row && details && { session: row.value, items: details.lineItems, account: row.account }
}

function closedSession(reply: FastifyReply, session: Stripe.Checkout.Session): FastifyReply {
  if (session.status === 'complete') return reply.redirect(successUrl(session), 303)
  const back = session.cancel_url ? { href: session.cancel_url, text: 'Back to Gigraph' } : undefined
  return show(reply, noticePage('Expired', 'This checkout has expired. Nothing was charged.', back), 410)
}

function registerCheckout(app: FastifyInstance, { emulation, runAfterwards }: PageOptions): void {
  const unknown = (reply: FastifyReply) => gone(reply, 'Not found', 'There is no such checkout.')
  app.get<{ Params: { id: string } }>('/c/pay/:id', (request, reply) => {
    const found = findSession(emulation, request.params.id)
    if (!found) return unknown(reply)
    if (found.session.status !== 'open') return closedSession(reply, found.session)
    return show(reply, checkoutPage(found.session, found.items))
  })
  app.post<{ Params: { id: string }; Body: Record<string, unknown> }>('/c/pay/:id', (request, reply) => {
    const found = findSession(emulation, request.params.id)
    if (!found) return unknown(reply)
    const { session, items, account } = found
    if (session.status !== 'open') return closedSession(reply, session)
    const { form, cvc } = readForm(request.body)
    const again = (fault: FormFault, status: number) =>
      show(reply, checkoutPage(session, items, { form, fault }), status)
    const read = readCard({ ...form, cvc }, emulation.now())
    if (!read.ok) return again(read.fault, 400)
    const payer = { email: form.email || null, name: form.name || null }
    const confirmation = paySession(emulation, { session, account, card: read.card, payer })
    runAfterwards()
    if (confirmation.outcome === 'challenge') return reply.redirect(confirmation.url, 303)
    if (confirmation.outcome === 'declined') return again(confirmation.decline, 402)
    return reply.redirect(successUrl(session), 303)
  })
}

function readForm(body: Record<string, unknown> | undefined): { form: CardForm; cvc: string } {
  const text = (name: string) => (typeof body?.[name] === 'string' ? body[name].trim().slice(0, 200) : '')
  const form = { email: text('email'), name: text('name'), number: text('number'), expiry: text('expiry') }
  return { form, cvc: text('cvc') }
}

function registerChallenge(app: FastifyInstance, { emulation, runAfterwards }: PageOptions): void {
  const find = (id: string) => {
    const row = emulation.store.row('payment_intent', id)
    const attempt = emulation.store.findOptional('emulator.card_attempt', id)
    const card = attempt && cardByNumber(attempt.cardNumber)
    return row && card && { intent: row.value, account: row.account, attempt, card }
  }
  const over = (reply: FastifyReply) => gone(reply, 'Not found', 'No payment waits for this answer.')
  app.get<{ Params: { id: string } }>('/3ds/:id', (request, reply) => {
    const found = find(request.params.id)
    if (found?.intent.status !== 'requires_action') return over(reply)
    return show(reply, challengePage(found.intent))
  })
  app.post<{ Params: { id: string }; Body: { answer?: string } }>('/3ds/:id', (request, reply) => {
    const found = find(request.params.id)
    if (found?.intent.status !== 'requires_action') return over(reply)
    const { attempt } = found
    const answer = { ...found, approved: request.body?.answer === 'approve' }
    const ofSession = attempt.sessionId ? findSession(emulation, attempt.sessionId) : undefined
    const confirmation: Confirmation = ofSession
      ? answerSessionChallenge(emulation, { ...answer, session: ofSession.session })
      : answerChallenge(emulation, answer)
    runAfterwards()
    if (ofSession && confirmation.outcome === 'declined') {
      const fault = confirmation.decline
      return show(reply, checkoutPage(ofSession.session, ofSession.items, { fault }), 402)
    }
    if (attempt.returnUrl) return reply.redirect(attempt.returnUrl, 303)
    return show(reply, noticePage('Thank you', 'You can close this page.'))
  })
}

/** Registers everything that a browser sees. */
export function registerPages(app: FastifyInstance, options: PageOptions): void {
  app.register(async (pages) => {
    pages.setErrorHandler((error, _request, reply) => {
      if (error instanceof StripeFault) return gone(reply, 'Not possible', error.message, error.status)
      throw error
    })
    registerDashboard(pages, options)
    pages.get<{ Params: { id: string } }>('/receipts/:id', (request, reply) => {
      const charge = options.emulation.store.findOptional('charge', request.params.id)
      if (!charge?.paid) return gone(reply, 'Not found', 'There is no such receipt.')
      return show(reply, noticePage('Receipt', `${charge.id}: ${charge.amount} ${charge.currency}, ${charge.status}`))
    })
    registerCheckout(pages, options)
    registerChallenge(pages, options)
    registerOnboarding(pages, options)
  })
}
