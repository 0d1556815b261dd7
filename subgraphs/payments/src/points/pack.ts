/** The packs of points that are sold: bigger ones cost less per point. Prices in US cents. */
export const packs = {
  SMALL: { points: 500, priceCents: 500 },
  MEDIUM: { points: 2_200, priceCents: 2_000 },
  LARGE: { points: 6_000, priceCents: 5_000 },
} as const

export type PointsPack = keyof typeof packs
export const packNames = Object.keys(packs) as PointsPack[]
