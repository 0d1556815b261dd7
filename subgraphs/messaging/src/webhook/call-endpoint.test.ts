import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import selfsigned from 'selfsigned'
import { afterEach, describe, expect, test } from 'vitest'
import { startNameServer } from '../../test/name-server.ts'
import { startReceiver, status } from '../../test/receiver.ts'
import { openCaller } from './call-endpoint.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const receive = async (...options: Parameters<typeof startReceiver>) => {
  const receiver = await startReceiver(...options)
  cleanups.push(receiver.close)
  return receiver
}
const call = openCaller({ loopback: true })
const request = (url: string) => ({ url, headers: { 'webhook-id': '1' }, body: '{"ü":1}' })

describe('a call', () => {
  test('brings headers and body, byte for byte, and 2xx says that they have arrived', async () => {
    const receiver = await receive(status(201, 'thank you'))
    expect(await call(request(receiver.url))).toMatchObject({ httpStatus: 201, error: null, excerpt: 'thank you' })
    expect(receiver.calls).toMatchObject([{ id: '1', path: '/hooks', body: '{"ü":1}' }])
    expect(receiver.calls[0]?.headers).toMatchObject({ host: `localhost:${receiver.port}`, 'content-length': '8' })
  })

  test('follows no redirect', async () => {
    const other = await receive()
    const receiver = await receive(status(307, '', { location: other.url }))
    const outcome = await call(request(receiver.url))
    expect(outcome).toMatchObject({ httpStatus: 307, error: 'Answered 307: redirects are not followed.' })
    expect(other.calls).toEqual([])
  })

  test('says what the receiver asks for', async () => {
    const receiver = await receive(status(429, 'later\u0000', { 'retry-after': '120' }))
    const said = { httpStatus: 429, error: 'Answered 429: only 2xx says that it has arrived.', excerpt: 'later' }
    expect(await call(request(receiver.url))).toMatchObject({ ...said, retryAfterSeconds: 120 })
    receiver.answer = status(503, '', { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' })
    expect(await call(request(receiver.url))).toMatchObject({ httpStatus: 503, retryAfterSeconds: null })
  })

  test('reads 1 kB of an endless answer and hangs up', async () => {
    let sent = 0
    const closed = Promise.withResolvers<void>()
    const receiver = await receive((response) => {
      response.on('close', closed.resolve)
      const more = () => {
        while (response.write('ä'.repeat(1_000))) sent += 2_000
      }
      response.on('drain', more)
      more()
    })
    const outcome = await call(request(receiver.url))
    expect(outcome).toMatchObject({ httpStatus: 200, error: null, excerpt: 'ä'.repeat(512) })
    await closed.promise
    expect(sent).toBeLessThan(20_000_000)
  })

  test('waits no longer than its deadline; what the status says counts, however slow the rest', async () => {
    const hasty = openCaller({ loopback: true, timeoutMs: 150 })
    const receiver = await receive(() => undefined)
    expect(await hasty(request(receiver.url))).toMatchObject({
      httpStatus: null,
      error: 'No answer within 0.15 seconds.',
    })
    receiver.answer = (response) => response.writeHead(200).write('so')
    const outcome = await hasty(request(receiver.url))
    expect(outcome).toMatchObject({ httpStatus: 200, error: null, excerpt: 'so' })
    expect(outcome.durationMs).toBeGreaterThanOrEqual(140)
  })

  test('tells in words why nobody answered', async () => {
    const receiver = await receive((response) => response.destroy())
    expect((await call(request(receiver.url))).error).toBe('The connection was closed before an answer came.')
    await cleanups.pop()?.()
    expect((await call(request(receiver.url))).error).toBe('Nothing listens at that address.')
  })

  test('goes over TLS to a host whose certificate is good, and to no other', async () => {
    const { private: key, cert } = await selfsigned.generate([{ name: 'commonName', value: 'localhost' }], {
      keyType: 'ec',
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
    })
    const receiver = await receive(status(204), { key, cert })
    expect((await call(request(receiver.url))).error).toBe('The certificate is signed by nobody whom we know.')
    const known = getCACertificates('default')
    cleanups.push(() => setDefaultCACertificates(known))
    setDefaultCACertificates([...known, cert])
    expect(await call(request(receiver.url))).toMatchObject({ httpStatus: 204, error: null })
    const other = request(receiver.url.replace('localhost', '127.0.0.1'))
    expect((await call(other)).error).toBe('The certificate is of another host.')
    expect(receiver.calls).toHaveLength(1)
  })
})

describe('the host of a call', () => {
  const NOT_OUTSIDE = 'The host leads to an address that is not on the Internet.'
  const named = async (answer: Parameters<typeof startNameServer>[0], loopback = false) => {
    const names = await startNameServer(answer)
    cleanups.push(names.close)
    return { names, call: openCaller({ loopback, nameServers: [names.address] }) }
  }

  test.each([
    [['127.0.0.1']],
    [['10.0.0.7']],
    [['169.254.169.254']],
    [['0000:0000:0000:0000:0000:ffff:7f00:0001']],
    [['0064:ff9b:0000:0000:0000:0000:0a00:0001']],
    [['fd00:0ec2:0000:0000:0000:0000:0000:0254']],
    // One good address among them makes the others no better.
    [['8.8.8.8', '192.168.1.1']],
    [['8.8.8.8', '0000:0000:0000:0000:0000:0000:0000:0001']],
  ])('is refused when its name leads to %s', async (addresses) => {
    const receiver = await receive()
    const { call: strict } = await named(() => addresses)
    const outcome = await strict(request(`https://hooks.partner.example:${receiver.port}/`))
    expect(outcome).toMatchObject({ httpStatus: null, error: NOT_OUTSIDE, excerpt: null })
  })

  test('is asked for once, and the connection goes where that answer led, whatever the name says a moment later', async () => {
    const receiver = await receive()
    const first = await named((_, asked) => (asked === 0 ? ['127.0.0.1'] : ['10.0.0.7']), true)
    const url = `https://rebound.partner.example:${receiver.port}/`
    // It has connected: the receiver speaks no TLS, and that is what it fails of.
    expect((await first.call(request(url))).error).toMatch(/^The call failed \((EPROTO|ERR_SSL|ECONNRESET)/)
    expect(first.names.askedForA('rebound.partner.example')).toBe(1)
    // The next call asks anew, and is refused.
    expect((await first.call(request(url))).error).toBe(NOT_OUTSIDE)
  })

  test('that does not exist, and its name servers that fall silent, are told as that', async () => {
    const { call: strict } = await named(() => [])
    expect((await strict(request('https://nothing.partner.example/'))).error).toBe('The host has no address.')
  })

  test('of an address that was let in by an older rule is refused before anything is asked', async () => {
    const receiver = await receive()
    const strict = openCaller({ loopback: false })
    for (const url of [
      receiver.url,
      `https://127.0.0.1:${receiver.port}/`,
      `https://[::ffff:7f00:1]:${receiver.port}/`,
    ])
      expect((await strict(request(url))).httpStatus).toBeNull()
    expect(receiver.calls).toEqual([])
  })
})
