import type { Emulation } from '../emulation.ts'
import { type Html, html, money, page } from './html.ts'

const SHOWN = 25

const time = (at: number) => new Date(at * 1000).toISOString().replace('T', ' ').slice(0, 19)

const button = (action: string, id: string, text: string): Html =>
  html`<form method="post" action="/dashboard/${action}/${id}"><button class="plain">${text}</button></form>`

const table = (title: string, rows: Html[]): Html =>
  html`<h2>${title}</h2><table>${rows.length > 0 ? rows : html`<tr><td class="soft">None yet</td></tr>`}</table>`

const newest = <T>(rows: T[]) => rows.slice(-SHOWN).reverse()

function payments({ store }: Emulation): Html[] {
  return newest(store.listAll('payment_intent')).map(({ value }) => {
    const charge =
      typeof value.latest_charge === 'string' ? store.findOptional('charge', value.latest_charge) : undefined
    const refunded = charge?.amount_refunded ? `, ${money(charge.amount_refunded, value.currency)} refunded` : ''
    return html`<tr>
<td>${time(value.created)}</td><td><code>${value.id}</code></td><td>${value.status}${refunded}</td>
<td class="number">${money(value.amount, value.currency)}</td>
<td class="act">${charge?.captured && !charge.disputed && button('dispute', value.id, 'Dispute')}</td>
</tr>`
  })
}

function disputes({ store }: Emulation): Html[] {
  return newest(store.listAll('dispute')).map(({ value }) => {
    const open = value.status !== 'won' && value.status !== 'lost'
    return html`<tr>
<td>${time(value.created)}</td><td><code>${value.id}</code></td><td>${value.status}, ${value.reason}</td>
<td class="number">${money(value.amount, value.currency)}</td>
<td class="act">${open && button('win', value.id, 'Won')}${open && button('lose', value.id, 'Lost')}</td>
</tr>`
  })
}

function payouts({ store }: Emulation): Html[] {
  return newest(store.listAll('payout')).map(({ value, account }) => {
    const failable = value.status !== 'failed' && value.status !== 'canceled'
    return html`<tr>
<td>${time(value.created)}</td><td><code>${value.id}</code><br><span class="soft">${account ?? 'platform'}</span></td>
<td>${value.status}</td><td class="number">${money(value.amount, value.currency)}</td>
<td class="act">${failable && button('fail-payout', value.id, 'Fail')}</td>
</tr>`
  })
}

function events({ store }: Emulation): Html[] {
  return newest(store.listAll('event')).map(
    ({ value }) => html`<tr>
<td>${time(value.created)}</td><td><code>${value.id}</code></td><td>${value.type}</td>
<td>${value.pending_webhooks > 0 && 'not delivered'}</td>
<td class="act">${button('resend', value.id, 'Resend')}</td>
</tr>`,
  )
}

/** The newest payments, disputes, payouts and events of all accounts, with what a bank can do to them. */
export const dashboardPage = (emulation: Emulation): string =>
  page(
    'Stripe emulator',
    html`<h1>Stripe emulator</h1>
${table('Payments', payments(emulation))}
${table('Disputes', disputes(emulation))}
${table('Payouts', payouts(emulation))}
${table('Events', events(emulation))}`,
    { wide: true },
  )
