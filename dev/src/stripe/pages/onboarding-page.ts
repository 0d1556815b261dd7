import type Stripe from 'stripe'
import { TEST_BANKS } from '../bank-account.ts'
import { html, page } from './html.ts'

/** The hosted page on which a seller tells Stripe who and where to pay. */
export const onboardingPage = (account: Stripe.Account, action: string, returnUrl: string): string =>
  page(
    'Get paid by Gigraph',
    html`<h1>Get paid by Gigraph</h1>
<p class="soft">${account.email ?? account.id}</p>
<form method="post" action="${action}">
<div class="row">
<label>First name <input name="firstName" autocomplete="given-name" required value="Jenny"></label>
<label>Last name <input name="lastName" autocomplete="family-name" required value="Rosen"></label>
</div>
<label>Bank account <select name="bankNumber">${TEST_BANKS.map((bank) => html`<option value="${bank.number}">${bank.number}: ${bank.label}</option>`)}</select></label>
<button>Agree and submit</button>
</form>
<p><a href="${returnUrl}">Save for later</a></p>`,
  )
