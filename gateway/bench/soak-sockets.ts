import { WebSocket } from 'ws'
import { serveParent } from './soak-process.ts'

/** Clients that come and go. Argument: the gateway's URL. */
const url = (process.argv[2] ?? '').replace('http', 'ws')
const held = new Set<WebSocket>()

type Ending = 'subscribed' | 'acknowledged' | 'opened' | 'asked'
const endings: readonly Ending[] = ['subscribed', 'acknowledged', 'opened', 'asked']

const subscribe = { id: '1', type: 'subscribe', payload: { query: 'subscription { tick }' } }

/** Opens a socket and resolves when it has come as far as it should. */
const open = (ending: Ending): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, 'graphql-transport-ws')
    socket.once('error', reject)
    socket.once('open', () => {
      if (ending === 'opened') return resolve(socket)
      socket.send('{"type":"connection_init"}')
    })
    socket.on('message', (data) => {
      const { type } = JSON.parse(String(data)) as { type: string }
      if (type === 'connection_ack') {
        if (ending === 'acknowledged') return resolve(socket)
        socket.send(JSON.stringify(subscribe))
        if (ending === 'asked') resolve(socket)
      } else if (type === 'next') resolve(socket)
    })
  })

const inParallel = async (count: number, width: number, work: (index: number) => Promise<void>): Promise<void> => {
  let next = 0
  const worker = async () => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: width }, worker))
}

/** Every fourth says goodbye, the others are just gone. */
const churn = (count: number) =>
  inParallel(count, 20, async (index) => {
    const socket = await open(endings[index % endings.length] ?? 'subscribed')
    const closed = new Promise((resolve) => socket.once('close', resolve))
    if (index % 4 === 0) socket.close(1000)
    else socket.terminate()
    await closed
  })

const hold = (count: number) =>
  inParallel(count, 20, async () => {
    held.add(await open('subscribed'))
  })

serveParent({}, async ({ churned, holding }) => {
  if (typeof churned === 'number') await churn(churned)
  if (typeof holding === 'number') await hold(holding)
  return { held: held.size }
})
