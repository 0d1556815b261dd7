import type Stripe from 'stripe'
import { bankAccount, TEST_BANKS } from './bank-account.ts'
import type { Emulation } from './emulation.ts'
import { refused } from './fault.ts'
import { newAccountId, newToken } from './ids.ts'

/** Seconds for which an onboarding link works; Stripe says "a few minutes". */
const LINK_SECONDS = 300

/** What an Express account still has to tell before money can go to it. */
const REQUIREMENTS = ['external_account', 'individual.first_name', 'individual.last_name', 'tos_acceptance.date']

/** What a new connected account is made from. */
export interface AccountInput {
  type: 'custom' | 'express' | 'standard'
  country: string
  email: string | null
  businessType: string | null
  capabilities: string[]
  metadata: Record<string, string>
  schedule: Stripe.Account.Settings.Payouts.Schedule
}

const CURRENCIES: Record<string, string> = {
  US: 'usd',
  GB: 'gbp',
  JP: 'jpy',
  CA: 'cad',
  AU: 'aud',
  CH: 'chf',
  SE: 'sek',
}

const requirements = (
  due: readonly string[],
  disabledReason: Stripe.Account.Requirements['disabled_reason'],
): Stripe.Account.Requirements => ({
  alternatives: [],
  current_deadline: null,
  currently_due: [...due],
  disabled_reason: disabledReason,
  errors: [],
  eventually_due: [...due],
  past_due: [...due],
  pending_verification: [],
})

const settings = (schedule: Stripe.Account.Settings.Payouts.Schedule): Stripe.Account.Settings => ({
  branding: { icon: null, logo: null, primary_color: null, secondary_color: null },
  card_payments: {
    statement_descriptor_prefix: null,
    statement_descriptor_prefix_kana: null,
    statement_descriptor_prefix_kanji: null,
  },
  dashboard: { display_name: null, timezone: 'Etc/UTC' },
  payments: {
    statement_descriptor: null,
    statement_descriptor_kana: null,
    statement_descriptor_kanji: null,
    statement_descriptor_prefix_kana: null,
    statement_descriptor_prefix_kanji: null,
  },
  payouts: {
    debit_negative_balances: true,
    schedule,
    statement_descriptor: null,
  },
})

const emptyExternalAccounts = (id: string): Stripe.ApiList<Stripe.ExternalAccount> => ({
  object: 'list',
  data: [],
  has_more: false,
  url: `/v1/accounts/${id}/external_accounts`,
})

/** Creates a connected account that has told nothing yet: no charges, no payouts. */
export function createAccount(emulation: Emulation, input: AccountInput): Stripe.Account {
  const id = newAccountId()
  const account: Stripe.Account = {
    id,
    object: 'account',
    business_type: input.businessType,
    capabilities: Object.fromEntries(input.capabilities.map((name) => [name, 'inactive'])),
    charges_enabled: false,
    controller: {
      fees: { payer: 'application_express' },
      is_controller: true,
      losses: { payments: 'application' },
      requirement_collection: 'stripe',
      stripe_dashboard: { type: input.type === 'express' ? 'express' : 'none' },
      type: 'application',
    },
    country: input.country,
    created: emulation.now(),
    default_currency: CURRENCIES[input.country] ?? 'eur',
    details_submitted: false,
    email: input.email,
    external_accounts: emptyExternalAccounts(id),
    future_requirements: requirements([], null),
    metadata: input.metadata,
    payouts_enabled: false,
    requirements: requirements(REQUIREMENTS, 'requirements.past_due'),
    settings: settings(input.schedule),
    tos_acceptance: { date: null, ip: null, user_agent: null },
    type: input.type,
  }
  return emulation.store.save('account', account, null)
}

/** Makes a one-time onboarding URL. */
export function createOnboardingLink(
  emulation: Emulation,
  { account, returnUrl, refreshUrl }: { account: Stripe.Account; returnUrl: string; refreshUrl: string },
): Stripe.AccountLink {
  const token = newToken()
  const expiresAt = emulation.now() + LINK_SECONDS
  emulation.store.save(
    'emulator.onboarding_link',
    {
      id: token,
      object: 'emulator.onboarding_link',
      account: account.id,
      returnUrl,
      refreshUrl,
      expiresAt,
      usedAt: null,
    },
    null,
  )
  const url = `${emulation.publicUrl()}/setup/e/${account.id}/${token}`
  return { object: 'account_link', created: emulation.now(), expires_at: expiresAt, url }
}

function change(emulation: Emulation, account: Stripe.Account, changes: Partial<Stripe.Account>): Stripe.Account {
  const previous = Object.fromEntries(
    Object.keys(changes).map((name) => [name, structuredClone(account[name as keyof Stripe.Account] ?? null)]),
  )
  emulation.store.change('account', account.id, changes)
  emulation.events.emit('account.updated', account, { account: account.id, previous })
  return account
}

/** The account told everything: it can be paid. A new bank account replaces the former one. */
export function completeOnboarding(emulation: Emulation, account: Stripe.Account, bankNumber: string): Stripe.Account {
  if (!TEST_BANKS.some((known) => known.number === bankNumber)) {
    throw refused('You must use a test bank account number in test mode.', { code: 'account_number_invalid' })
  }
  const bank = bankAccount(account, bankNumber)
  const asked = Object.keys(account.capabilities ?? {})
  const externals = account.external_accounts ?? emptyExternalAccounts(account.id)
  emulation.store.change('account', account.id, { external_accounts: { ...externals, data: [bank] } })
  emulation.events.emit('account.external_account.created', bank, { account: account.id })
  return change(emulation, account, {
    capabilities: Object.fromEntries([...asked, 'transfers'].map((name) => [name, 'active'])),
    charges_enabled: true,
    details_submitted: true,
    payouts_enabled: true,
    requirements: requirements([], null),
    tos_acceptance: { date: emulation.now() },
  })
}

/** Stripe stops an account, for instance because a document is missing. */
export function restrictAccount(
  emulation: Emulation,
  account: Stripe.Account,
  due = 'individual.verification.document',
) {
  const names = Object.keys(account.capabilities ?? {})
  return change(emulation, account, {
    capabilities: Object.fromEntries(names.map((name) => [name, 'inactive'])),
    charges_enabled: false,
    payouts_enabled: false,
    requirements: requirements([due], 'requirements.past_due'),
  })
}

/** Changes what the platform may change, and says so to the webhook. */
export const updateAccount = change
