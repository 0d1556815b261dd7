export type { Rules } from './emulation.ts'
export { type EmulatorLog, type StripeEmulator, type StripeEmulatorOptions, startStripeEmulator } from './emulator.ts'
export type { Levers } from './levers.ts'
export {
  completeOnboarding,
  type PayCheckoutOptions,
  type PayCheckoutResult,
  payCheckout,
} from './pay-checkout.ts'
