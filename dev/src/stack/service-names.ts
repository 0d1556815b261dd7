/** Every subgraph service, in the order of their usual ports. Apart from `services.ts`, which loads them all. */
export const serviceNames = [
  'identity',
  'profiles',
  'marketplace',
  'orders',
  'payments',
  'messaging',
  'reviews',
] as const

export type ServiceName = (typeof serviceNames)[number]
