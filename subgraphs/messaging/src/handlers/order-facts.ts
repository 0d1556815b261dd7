/** What every event about an order tells of it. */
export interface OrderFacts {
  readonly orderId: string
  readonly buyerId: string
  readonly sellerId: string
  readonly title: string
}
