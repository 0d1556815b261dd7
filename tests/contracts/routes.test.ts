import { serviceNames, services } from '@gigraph/dev/stack'
import { routes } from '@gigraph/shared/events'
import { expect, test } from 'vitest'

const handled = new Map<string, Set<string>>()
for (const service of serviceNames)
  for (const { event } of services[service].handlers ?? [])
    handled.set(event.name, (handled.get(event.name) ?? new Set()).add(service))

test('the relay’s table says of every event exactly who reacts to it', () => {
  const declared = Object.fromEntries(Object.entries(routes).map(([event, to]) => [event, [...to].sort()]))
  const actual = Object.fromEntries([...handled].map(([event, to]) => [event, [...to].sort()]))
  for (const [event, to] of Object.entries(declared)) expect(actual[event] ?? [], event).toEqual(to)
  for (const [event, to] of Object.entries(actual)) expect(declared[event], event).toEqual(to)
})

test('a service names each of its handlers once', () => {
  for (const service of serviceNames) {
    const names = (services[service].handlers ?? []).map(({ event, name }) => `${event.name}: ${name}`)
    expect(new Set(names).size, service).toBe(names.length)
  }
})
