import type Stripe from 'stripe'
import { TEST_CARDS } from '../cards.ts'
import { type Html, html, money, page } from './html.ts'

/** What the payer typed; shown again after a fault. The security code is not. */
export interface CardForm {
  email: string
  name: string
  number: string
  expiry: string
}

/** Why the card was not taken, for people (`message`) and for scripts. */
export interface FormFault {
  code: string
  declineCode?: string | undefined
  message: string
}

const itemRow = (item: Stripe.LineItem): Html => html`<tr>
<td>${item.description}${(item.quantity ?? 1) > 1 && html` × ${item.quantity}`}${item.price?.nickname && html`<br><span class="soft">${item.price.nickname}</span>`}</td>
<td class="number">${money(item.amount_total, item.currency)}</td>
</tr>`

const alert = (fault: FormFault): Html =>
  html`<p role="alert" data-code="${fault.code}" data-decline-code="${fault.declineCode ?? ''}">${fault.message}</p>`

/** The hosted payment page: items, total, card form. */
export function checkoutPage(
  session: Stripe.Checkout.Session,
  items: Stripe.LineItem[],
  { form, fault }: { form?: CardForm; fault?: FormFault } = {},
): string {
  const total = money(session.amount_total ?? 0, session.currency ?? 'usd')
  return page(
    `Pay ${total}`,
    html`<h1>Pay Gigraph</h1>
<p class="total">${total}</p>
<table>${items.map(itemRow)}</table>
${fault && alert(fault)}
<form method="post" action="/c/pay/${session.id}">
<label>E-mail <input name="email" type="email" autocomplete="email" required value="${form?.email ?? session.customer_email ?? ''}"></label>
<label>Card number <input name="number" inputmode="numeric" autocomplete="cc-number" required list="cards" placeholder="4242 4242 4242 4242" value="${form?.number ?? ''}"></label>
<datalist id="cards">${TEST_CARDS.map((card) => html`<option value="${card.number}">${card.label}</option>`)}</datalist>
<div class="row">
<label>Expiry <input name="expiry" autocomplete="cc-exp" required placeholder="MM / YY" value="${form?.expiry ?? ''}"></label>
<label>CVC <input name="cvc" inputmode="numeric" autocomplete="cc-csc" required placeholder="123"></label>
</div>
<label>Name on card <input name="name" autocomplete="cc-name" value="${form?.name ?? ''}"></label>
<button>Pay ${total}</button>
</form>
<details><summary class="soft">Test cards (any future date, any security code)</summary>
<table>${TEST_CARDS.map((card) => html`<tr><td><code>${card.number}</code></td><td>${card.label}</td></tr>`)}</table>
</details>
${session.cancel_url && html`<p><a href="${session.cancel_url}">Back without paying</a></p>`}`,
  )
}

/** The bank's question (3-D Secure). */
export const challengePage = (intent: Stripe.PaymentIntent): string =>
  page(
    '3-D Secure',
    html`<h1>Your bank asks</h1>
<p class="soft">3-D Secure test page</p>
<p class="total">${money(intent.amount, intent.currency)}</p>
<p>Do you want to pay this amount to Gigraph?</p>
<form method="post" action="/3ds/${intent.id}">
<button name="answer" value="approve">Complete authentication</button>
<button name="answer" value="fail" class="plain">Fail authentication</button>
</form>`,
  )

/** A page that only says something. */
export const noticePage = (title: string, message: string, link?: { href: string; text: string }): string =>
  page(title, html`<h1>${title}</h1><p>${message}</p>${link && html`<p><a href="${link.href}">${link.text}</a></p>`}`)
