import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A process of the soak that answers one question at a time over its own channel: nothing of this is reachable from outside. */
export interface Worker {
  readonly process: ChildProcess
  ask<T>(question: object): Promise<T>
  kill(signal?: NodeJS.Signals): void
}

/** Starts a process of this folder. `first` is what it says when it is ready. */
export const startWorker = async <T>(file: string, ...args: string[]): Promise<{ worker: Worker; first: T }> => {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args, { execArgv: ['--expose-gc'] })
  const gone = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`${file} ended with ${code ?? signal}`)
  })
  // An end that nobody waits for is no failure: the soak ends its processes itself.
  gone.catch(() => {})
  const next = async (): Promise<unknown> => {
    const [message] = await Promise.race([once(child, 'message'), gone])
    return message
  }
  const first = (await next()) as T
  return {
    first,
    worker: {
      process: child,
      ask: async <Answer>(question: object) => {
        const answer = next()
        child.send(question)
        return (await answer) as Answer
      },
      kill: (signal = 'SIGKILL') => void child.kill(signal),
    },
  }
}

/** In a worker: says that it is ready, then answers what it is asked. */
export const serveParent = (ready: object, answer: (question: Record<string, unknown>) => object | Promise<object>) => {
  process.on('message', async (question) => process.send?.(await answer(question as Record<string, unknown>)))
  process.on('disconnect', () => process.exit())
  process.send?.(ready)
}
