/** What a person types and presses on the hosted pages. */
export interface PayCheckoutOptions {
  /** Number of one of Stripe's test cards, such as `4242 4242 4242 4242`. */
  card: string
  /** `MM / YY`; December in three years when absent. */
  expiry?: string
  cvc?: string
  email?: string
  name?: string
  /** What the person does when the bank asks (3-D Secure). */
  challenge?: 'approve' | 'fail'
  /** Milliseconds for all pages together. */
  timeoutMs?: number
}

/** How the visit ended: at the shop's URL, or on the page with a fault under which the person may try again. */
export type PayCheckoutResult =
  | { paid: true; redirectUrl: string; challenged: boolean }
  | { paid: false; status: number; code: string; declineCode: string | null; message: string; challenged: boolean }

const ENTITIES: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" }

const unescaped = (text: string) => text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity)

const attribute = (page: string, name: string) => {
  const match = new RegExp(`${name}="([^"]*)"`).exec(page)
  return match?.[1] ? unescaped(match[1]) : null
}

function farExpiry(): string {
  return `12 / ${String((new Date().getUTCFullYear() + 3) % 100).padStart(2, '0')}`
}

function faultOn(page: string, status: number, challenged: boolean): PayCheckoutResult {
  const alert = /<p role="alert"[^>]*>([\s\S]*?)<\/p>/.exec(page)
  const heading = /<h1>([\s\S]*?)<\/h1>/.exec(page)
  return {
    paid: false,
    status,
    code: (alert && attribute(alert[0], 'data-code')) || 'page_unavailable',
    declineCode: alert && attribute(alert[0], 'data-decline-code'),
    message: unescaped(alert?.[1] ?? heading?.[1] ?? ''),
    challenged,
  }
}

/**
 * Pays a checkout session as a browser would: opens the page, sends its form, answers 3-D Secure, and stops where the
 * shop's own URL begins (it does not visit that).
 *
 * @throws Error when a page has no form, or the time is over.
 */
export async function payCheckout(sessionUrl: string, options: PayCheckoutOptions): Promise<PayCheckoutResult> {
  const signal = AbortSignal.timeout(options.timeoutMs ?? 10_000)
  const submit = async (pageUrl: string, page: string, fields: Record<string, string>) => {
    const action = attribute(page, 'action')
    if (!action) throw new Error(`There is no form on ${pageUrl}`)
    const body = new URLSearchParams(fields)
    const target = new URL(action, pageUrl)
    return await fetch(target, { method: 'POST', body, redirect: 'manual', signal })
  }
  const opened = await fetch(sessionUrl, { redirect: 'manual', signal })
  const already = opened.headers.get('location')
  if (already) return { paid: true, redirectUrl: already, challenged: false }
  const page = await opened.text()
  if (!opened.ok) return faultOn(page, opened.status, false)
  let answer = await submit(sessionUrl, page, {
    number: options.card,
    expiry: options.expiry ?? farExpiry(),
    cvc: options.cvc ?? '123',
    email: options.email ?? 'payer@example.test',
    name: options.name ?? 'Test Payer',
  })
  const bank = challengeUrl(answer, sessionUrl)
  if (bank) {
    const question = await fetch(bank, { signal })
    answer = await submit(bank, await question.text(), { answer: options.challenge ?? 'approve' })
  }
  const redirectUrl = answer.headers.get('location')
  if (redirectUrl) return { paid: true, redirectUrl, challenged: bank !== null }
  return faultOn(await answer.text(), answer.status, bank !== null)
}

/** The bank's page, when the answer leads there. */
function challengeUrl(answer: Response, sessionUrl: string): string | null {
  const location = answer.headers.get('location')
  if (!location) return null
  const target = new URL(location, sessionUrl)
  const here = new URL(sessionUrl)
  return target.origin === here.origin && target.pathname.includes('/3ds/pi_') ? target.href : null
}

/**
 * Completes the hosted onboarding page of a seller.
 *
 * @param linkUrl `url` of an account link.
 * @param options.bankNumber one of Stripe's test bank accounts; by default the one whose payouts succeed.
 * @returns the URL to which the seller is sent: `return_url`, or `refresh_url` when the link was used or is too old.
 */
export async function completeOnboarding(
  linkUrl: string,
  { bankNumber = '000123456789', timeoutMs = 10_000 }: { bankNumber?: string; timeoutMs?: number } = {},
): Promise<string> {
  const signal = AbortSignal.timeout(timeoutMs)
  const body = new URLSearchParams({ firstName: 'Jenny', lastName: 'Rosen', bankNumber })
  const answer = await fetch(linkUrl, { method: 'POST', body, redirect: 'manual', signal })
  const location = answer.headers.get('location')
  if (!location) throw new Error(`Onboarding ended with ${answer.status} at ${linkUrl}`)
  return location
}
