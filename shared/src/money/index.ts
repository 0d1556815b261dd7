import { z } from 'zod'

/** An amount in the currency's smallest unit (cents, yen, points), never a fraction. */
export interface Money {
  readonly amountMinor: number
  /** ISO 4217 code, or `PTS` for points. */
  readonly currency: string
}

/** An amount as events, jobs and internal calls carry it. */
export const money = z.object({ amountMinor: z.int(), currency: z.string().regex(/^[A-Z]{3}$/) })

export const usd = (amountMinor: number): Money => ({ amountMinor, currency: 'USD' })

/** @throws {RangeError} when the currencies differ or the sum is not a safe integer */
export const add = (...amounts: readonly [Money, ...Money[]]): Money => {
  const [{ currency }] = amounts
  const foreign = amounts.find((amount) => amount.currency !== currency)
  if (foreign) throw new RangeError(`cannot add ${foreign.currency} to ${currency}`)
  const amountMinor = amounts.reduce((sum, amount) => sum + amount.amountMinor, 0)
  if (!Number.isSafeInteger(amountMinor)) throw new RangeError('the sum is not a safe integer')
  return { amountMinor, currency }
}

export const negate = (amount: Money): Money => ({ ...amount, amountMinor: -amount.amountMinor })

/** `amount` × `factor`, a whole number. */
export const times = (amount: Money, factor: number): Money => {
  if (!Number.isInteger(factor)) throw new RangeError('money is multiplied by whole numbers only')
  return { ...amount, amountMinor: amount.amountMinor * factor }
}

/**
 * A share in basis points (1 % = 100), rounded half up on whole minor units: the platform's fee, a split.
 * The remainder is `amount` minus the share, so that nothing is lost.
 */
export const share = (amount: Money, basisPoints: number): Money => ({
  ...amount,
  amountMinor: Number((BigInt(amount.amountMinor) * BigInt(basisPoints) + 5_000n) / 10_000n),
})

const formatters = new Map<string, { readonly format: Intl.NumberFormat; readonly digits: number }>()

const formatterOf = (currency: string) => {
  const known = formatters.get(currency)
  if (known) return known
  const format = new Intl.NumberFormat('en-US', { style: 'currency', currency })
  const made = { format, digits: format.resolvedOptions().maximumFractionDigits ?? 2 }
  formatters.set(currency, made)
  return made
}

/** The amount as people write it in English: `$1,250.00`, `¥500`, `120 points`. */
export const formatMoney = ({ amountMinor, currency }: Money): string => {
  if (currency === 'PTS') return `${amountMinor.toLocaleString('en-US')} points`
  const { format, digits } = formatterOf(currency)
  return format.format(amountMinor / 10 ** digits)
}
