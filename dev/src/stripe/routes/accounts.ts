import type Stripe from 'stripe'
import { z } from 'zod'
import { createAccount, createOnboardingLink, updateAccount } from '../account.ts'
import { operation } from '../operation.ts'
import { paginate } from '../paginate.ts'
import {
  clearableText,
  expand,
  flag,
  inRange,
  listParams,
  mergedMetadata,
  metadata,
  type ParamsOf,
  wholeNumber,
} from '../params.ts'

const path = '/accounts'

const schedule = z.strictObject({
  delay_days: z.union([z.literal('minimum').transform(() => 2), wholeNumber]).optional(),
  interval: z.enum(['manual', 'daily', 'weekly', 'monthly']).optional(),
  monthly_anchor: wholeNumber.optional(),
  weekly_anchor: z.enum(['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']).optional(),
})

const settings = z
  .strictObject({
    payouts: z.strictObject({ schedule: schedule.optional() }),
  } satisfies ParamsOf<Stripe.AccountCreateParams.Settings>)
  .optional()

const capabilities = z.record(z.string(), z.strictObject({ requested: flag })).default({})

const link = z.strictObject({
  account: z.string(),
  type: z.literal('account_onboarding'),
  refresh_url: z.string(),
  return_url: z.string(),
  expand,
} satisfies ParamsOf<Stripe.AccountLinkCreateParams>)

// The anchors of a former interval mean nothing to the next one.
const newSchedule = (
  old: Stripe.Account.Settings.Payouts.Schedule,
  asked: z.output<typeof schedule>,
): Stripe.Account.Settings.Payouts.Schedule => {
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined))
  const kept = asked.interval ? { delay_days: old.delay_days, interval: asked.interval } : old
  return { ...kept, ...given }
}

const requested = (given: z.output<typeof capabilities>) => Object.keys(given).filter((name) => given[name]?.requested)

/** https://docs.stripe.com/api/accounts and account links, for Connect Express. */
export const accountOperations = [
  operation({
    method: 'POST',
    path,
    params: z.strictObject({
      type: z.enum(['custom', 'express', 'standard']).default('express'),
      business_type: z.enum(['company', 'government_entity', 'individual', 'non_profit']).optional(),
      capabilities,
      country: z.string().length(2).default('US'),
      email: clearableText.optional(),
      metadata,
      settings,
      expand,
    } satisfies ParamsOf<Stripe.AccountCreateParams>),
    run: ({ emulation, params }) =>
      createAccount(emulation, {
        type: params.type,
        country: params.country,
        email: params.email ?? null,
        businessType: params.business_type ?? null,
        capabilities: requested(params.capabilities),
        metadata: params.metadata,
        schedule: newSchedule({ delay_days: 2, interval: 'daily' }, params.settings?.payouts.schedule ?? {}),
      }),
  }),
  operation({
    method: 'GET',
    path,
    params: z.strictObject(listParams),
    run({ emulation, params }) {
      const found = emulation.store
        .list('account', null)
        .filter((account) => inRange(account.created ?? 0, params.created))
      return paginate(found, params, `/v1${path}`)
    },
  }),
  operation({
    method: 'GET',
    path: `${path}/:id`,
    params: z.strictObject({ expand }),
    run: ({ emulation, id }) => emulation.store.find('account', id, null),
  }),
  operation({
    method: 'POST',
    path: `${path}/:id`,
    params: z.strictObject({
      capabilities,
      email: clearableText.optional(),
      metadata,
      settings,
      expand,
    } satisfies ParamsOf<Stripe.AccountUpdateParams>),
    run({ emulation, id, params }) {
      const account = emulation.store.find('account', id, null)
      const payouts = account.settings?.payouts
      const asked = params.settings?.payouts.schedule
      const added = Object.fromEntries(
        requested(params.capabilities).map((name) => [name, account.details_submitted ? 'active' : 'inactive']),
      )
      return updateAccount(emulation, account, {
        capabilities: { ...added, ...account.capabilities },
        email: params.email === undefined ? account.email : params.email,
        metadata: mergedMetadata(account.metadata ?? {}, params.metadata),
        ...(account.settings && payouts && asked
          ? {
              settings: {
                ...account.settings,
                payouts: { ...payouts, schedule: newSchedule(payouts.schedule, asked) },
              },
            }
          : {}),
      })
    },
  }),
  operation({
    method: 'DELETE',
    path: `${path}/:id`,
    params: z.strictObject({}),
    run({ emulation, id }) {
      emulation.store.find('account', id, null)
      emulation.store.remove('account', id)
      return { id, object: 'account', deleted: true } satisfies Stripe.DeletedAccount
    },
  }),
  operation({
    method: 'POST',
    path: `${path}/:id/login_links`,
    params: z.strictObject({ expand }),
    run({ emulation, id }) {
      emulation.store.find('account', id, null)
      return {
        ...{ object: 'login_link', created: emulation.now(), url: `${emulation.publicUrl()}/` },
      } satisfies Stripe.LoginLink
    },
  }),
  operation({
    method: 'POST',
    path: '/account_links',
    params: link,
    run: ({ emulation, params }) =>
      createOnboardingLink(emulation, {
        account: emulation.store.find('account', params.account, null, 'account'),
        returnUrl: params.return_url,
        refreshUrl: params.refresh_url,
      }),
  }),
]
