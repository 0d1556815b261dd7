import type { Emulation } from '../emulation.ts'
import { html, money, page } from './html.ts'

const SHOWN = 25

const time = (at: number) => new Date(at * 1000).toISOString().replace('T', ' ').slice(0, 19)

/** The newest payments, payouts and events of all accounts. */
export function dashboardPage(emulation: Emulation): string {
  const { store } = emulation
  const newest = <T>(rows: T[]) => rows.slice(-SHOWN).reverse()
  const payments = newest(store.listAll('payment_intent')).map(
    ({ value }) =>
      html`<tr><td>${time(value.created)}</td><td><code>${value.id}</code></td><td>${value.status}</td><td class="number">${money(value.amount, value.currency)}</td></tr>`,
  )
  const payouts = newest(store.listAll('payout')).map(
    ({ value, account }) =>
      html`<tr><td>${time(value.created)}</td><td><code>${value.id}</code><br><span class="soft">${account ?? 'platform'}</span></td><td>${value.status}</td><td class="number">${money(value.amount, value.currency)}</td></tr>`,
  )
  const events = newest(store.listAll('event')).map(
    ({ value }) =>
      html`<tr><td>${time(value.created)}</td><td><code>${value.id}</code></td><td>${value.type}</td><td>${value.pending_webhooks > 0 ? 'waiting' : ''}</td></tr>`,
  )
  const none = html`<tr><td class="soft">None yet</td></tr>`
  return page(
    'Stripe emulator',
    html`<h1>Stripe emulator</h1>
<h2>Payments</h2><table>${payments.length > 0 ? payments : none}</table>
<h2>Payouts</h2><table>${payouts.length > 0 ? payouts : none}</table>
<h2>Events</h2><table>${events.length > 0 ? events : none}</table>`,
    { wide: true },
  )
}
