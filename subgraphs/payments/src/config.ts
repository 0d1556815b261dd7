import { httpUrl, integer } from '@gigraph/shared/config'
import { z } from 'zod'

const SECRETS = 'is required: the signing secrets of the webhook endpoints, whsec_…, with commas between them'

/** What payments reads beside every service's variables. */
export const configuration = {
  STRIPE_SECRET_KEY: z.string({ error: 'is required: a Stripe secret key, sk_test_… or sk_live_…' }).min(8),
  /** Of each webhook endpoint (the platform's, that of connected accounts), and old ones while they are rolled. */
  STRIPE_WEBHOOK_SECRET: z
    .string({ error: SECRETS })
    .transform((secrets) => secrets.split(',').map((secret) => secret.trim()))
    .pipe(z.array(z.string().min(8, { error: SECRETS }), { error: SECRETS })),
  /** Another Stripe than the real one: the emulator's address. */
  STRIPE_API_URL: httpUrl('http://127.0.0.1:4010').optional(),
  /** Where browsers reach this service's own HTTP server: links to invoices start with it. */
  PUBLIC_URL: httpUrl('https://payments.gigraph.example').default('http://localhost:4005'),
  /** What the platform keeps of a seller's earnings; 1 % = 100. */
  PLATFORM_FEE_BASIS_POINTS: integer(0, 9_000, 1_000),
  /** How long earnings stay pending, and how long for sellers of the level TOP. */
  CLEARANCE_DAYS: integer(0, 365, 14),
  CLEARANCE_DAYS_TOP: integer(0, 365, 7),
  /** The smallest payout, in minor units. */
  MINIMUM_PAYOUT_MINOR: integer(1, 1_000_000, 1_000),
  /** What a point is worth, in US cents. */
  POINT_VALUE_CENTS: integer(1, 1_000, 1),
}
