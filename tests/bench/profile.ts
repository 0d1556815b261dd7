import type { Profiler } from 'node:inspector'
import { Session } from 'node:inspector/promises'

/** Samples this process: where its main thread is, five thousand times a second. */
export const createProfiler = () => {
  const session = new Session()
  return {
    start: async (): Promise<void> => {
      session.connect()
      await session.post('Profiler.enable')
      await session.post('Profiler.setSamplingInterval', { interval: 200 })
      await session.post('Profiler.start')
    },
    stop: async (): Promise<Profiler.Profile> => {
      const { profile } = await session.post('Profiler.stop')
      session.disconnect()
      return profile
    },
  }
}

/**
 * Prints where the time of a profile was spent, by package or folder: built-in functions count for who called them. Left out: waiting, the
 * profiler itself, and the writing to sockets, in which a busy machine gives the processor to PostgreSQL.
 */
export const printProfile = ({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): void => {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const callers = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)))
  const placeOf = (id: number): string | undefined => {
    const { functionName = '', url = '' } = byId.get(id)?.callFrame ?? {}
    if (LEFT_OUT.has(functionName)) return undefined
    const caller = callers.get(id)
    if (url === '' && caller !== undefined && !functionName.startsWith('(')) return placeOf(caller)
    return folderOf(url) ?? (functionName || '(root)')
  }
  const times = new Map<string, number>()
  let busy = 0
  for (const [index, id] of samples.entries()) {
    const place = placeOf(id)
    const time = timeDeltas[index] ?? 0
    if (place === undefined) continue
    busy += time
    times.set(place, (times.get(place) ?? 0) + time)
  }
  for (const [place, time] of [...times].toSorted(([, one], [, other]) => other - one).slice(0, 24))
    process.stdout.write(`${((100 * time) / busy).toFixed(1).padStart(5)} %  ${place}\n`)
}

const LEFT_OUT = new Set(['(idle)', 'post', 'writev', 'writeBuffer', 'writeUtf8String'])

/** A package, a folder of a program, or a module of Node. */
const folderOf = (url: string): string | undefined => {
  if (url.startsWith('node:')) return 'Node'
  const packages = url.split('/node_modules/')
  if (packages.length > 1) return /^(@[^/]+\/)?[^/]+/.exec(packages.at(-1) ?? '')?.[0]
  return /(gateway|shared|subgraphs\/[^/]+)\/src(\/[^/.]+(?=\/))?/.exec(url)?.[0] ?? (url || undefined)
}
