import { routes } from '@gigraph/shared/events'
import { expect, test } from 'vitest'
import { messagingService } from '../src/index.ts'

test('publishers send here exactly the events that are reacted to', () => {
  const handled = new Set((messagingService.handlers ?? []).map(({ event }) => event.name))
  const routed = Object.keys(routes).filter((name) => routes[name]?.includes('messaging'))
  expect([...handled].sort()).toEqual(routed.sort())
})
