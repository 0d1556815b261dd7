import { serviceNames } from '@gigraph/dev/stack'
import { userDeleted } from '@gigraph/identity/events'
import { scopesOf, type Viewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { outbox, routes } from '@gigraph/shared/events'
import { after } from '@gigraph/shared/time'
import { eq, isNull } from 'drizzle-orm'
import { strFromU8, unzipSync } from 'fflate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../../subgraphs/identity/src/context.ts'
import { eraseUser } from '../../subgraphs/identity/src/deletion/erase-user.ts'
import {
  collectDataExport,
  sendDataExportMail,
  sweepDataExports,
} from '../../subgraphs/identity/src/export/export-jobs.ts'
import { credentials, sessions, users } from '../../subgraphs/identity/src/tables.ts'
import { waitForMail } from '../support/mailbox.ts'
import { actOnMarket } from './act.ts'
import { exported, textsIn, wholeDatabase } from './personal-strings.ts'
import { type Everything, startEverything } from './start-everything.ts'

type User = typeof users.$inferSelect

let everything: Everything
let identity: Context
/** What the exports of everybody say, by the person's id. */
const known = new Map<string, { way: string; text: string }[]>()
let everybody: User[]

beforeAll(async () => {
  everything = await startEverything()
  identity = everything.services.identity.context as unknown as Context
  everybody = await identity.db.select().from(users)
  const viewer = (name: string) => logIn(findUser(`${name}@gigraph.example`))
  await actOnMarket(everything, {
    client: await viewer('client'),
    freelancer: await viewer('freelancer'),
    creator: await viewer('creator'),
  })
  for (const { id } of everybody) known.set(id, textsIn(await exported(everything, id)))
}, 180_000)
afterAll(() => everything?.close())

const findUser = (email: string): User => {
  const user = everybody.find((person) => person.email === email)
  if (!user) throw new Error(`the demo has no ${email}`)
  return user
}

const logIn = async ({ id, roles }: User): Promise<Viewer> => {
  const now = identity.clock.now()
  const sessionId = identity.makeId()
  await identity.db.insert(sessions).values({
    id: sessionId,
    userId: id,
    createdAt: now,
    authenticatedAt: now,
    lastSeenAt: now,
    expiresAt: after(now, '1d'),
    address: '127.0.0.1',
    userAgent: 'vitest',
  })
  return {
    id,
    kind: 'session',
    sessionId,
    roles,
    scopes: scopesOf(roles),
    authenticatedAt: Math.floor(now.getTime() / 1_000),
  }
}

test('the archive of somebody holds what every service knows of them, nobody else’s data and no secrets; its link ends', async () => {
  const user = findUser('client@gigraph.example')
  const { identity: service } = everything.services
  const client = service.as(await logIn(user))
  const begun = await client.query('mutation { exportMyData { dataExport { id status } userErrors { code } } }')
  expect(begun.exportMyData).toMatchObject({ dataExport: { status: 'PENDING' }, userErrors: [] })
  const dataExportId: string = begun.exportMyData.dataExport.id
  await service.runJob(collectDataExport, { dataExportId })
  await service.runJob(sendDataExportMail, { dataExportId })

  const mail = await waitForMail(everything.mailbox.webUrl, user.email ?? '', 'Your data is ready')
  const path = new URL(/https?:\/\/\S+\/exports\/\S+/.exec(mail.text)?.[0] ?? '').pathname
  const download = (altered = path) => fetch(new URL(altered, service.service.url))
  const answer = await download()
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/zip'])
  expect(answer.headers.get('cache-control')).toContain('no-store')
  const files = unzipSync(new Uint8Array(await answer.arrayBuffer()))
  expect(Object.keys(files).sort()).toEqual(['README.txt', ...serviceNames.map((name) => `${name}.json`)].sort())
  const archive = Object.fromEntries(
    serviceNames.map((name) => [name, JSON.parse(strFromU8(files[`${name}.json`] ?? new Uint8Array()))]),
  )
  expect(archive.identity.account).toMatchObject([{ id: user.id, email: user.email }])
  expect(archive.profiles.clientProfile).toMatchObject([{ userId: user.id }])
  expect(archive.orders.purchases.length).toBeGreaterThan(0)
  expect(archive.payments.statement.length).toBeGreaterThan(0)
  expect(archive.messaging.messages.every((message: { senderId: string }) => message.senderId === user.id)).toBe(true)

  const texts = textsIn(archive)
  const strangers = everybody.filter(({ id }) => id !== user.id)
  const foreign = texts.filter(({ text }) => strangers.some(({ email, handle }) => text === email || text === handle))
  expect(foreign).toEqual([])
  expect(texts.filter(({ way }) => /hash|secret|sealed|token$|credential/i.test(way))).toEqual([])
  const [{ passwordHash = '' } = {}] = await identity.db
    .select()
    .from(credentials)
    .where(eq(credentials.userId, user.id))
  expect(passwordHash).not.toBe('')
  expect(texts.some(({ text }) => text.includes(passwordHash))).toBe(false)
  expect(texts.some(({ text }) => path.endsWith(text))).toBe(false)

  const last = path.at(-1) === 'A' ? 'B' : 'A'
  expect((await download(`${path.slice(0, -1)}${last}`)).status).toBe(404)
  everything.services.identity.clock.advance('8d')
  expect((await download()).status).toBe(404)
  await service.runJob(sweepDataExports, {})
  expect(await identity.storage.find(`exports/${dataExportId}.zip`)).toBeNull()
}, 60_000)

/**
 * What may stay, because it is the other side's record and names nobody: titles of what was bought, by which invoices, reviews and talk
 * refer to it, and published reviews, which lose their author; and the catalogue's own words for a kind of work.
 */
const RECORDS =
  /(\.title$|^orders\.(purchases|sales)\.(terms\.lines|terms\.milestones|milestones)|\.milestones\.title$|^payments\.statement\.description$|^reviews\.(written|received|toolFeedback)\.comment$|^marketplace\.\w+\.(topC|c)ategoryId$)/

/** Ids (also joined, also Stripe's), instants, days, words of the schema: they say nothing about a person by themselves. */
const isWord = (text: string): boolean =>
  text.length < 5 ||
  /^[a-z_]*:?[0-9a-f-]{36}(:[0-9a-f-]{36})*$/.test(text) ||
  /^(pi|tr|po)_\w+$/.test(text) ||
  /^\d{4}-\d\d-\d\d/.test(text) ||
  /^[A-Z_]+$/.test(text)

/** What only this person's export says: what others have too (a city, a sentence of the seeds) is no trace of them. */
const wordsOf = ({ id, email, handle, displayName }: User): ReadonlySet<string> => {
  const others = [...known].flatMap(([userId, texts]) => (userId === id ? [] : texts.map(({ text }) => text)))
  const own = (known.get(id) ?? []).filter(({ way, text }) => !RECORDS.test(way) && !isWord(text))
  const words = new Set(own.map(({ text }) => text).filter((text) => !others.some((other) => other.includes(text))))
  return new Set([...words, email ?? '', handle, displayName, ...displayName.split(' ')])
}

const erase = async (user: User): Promise<void> => {
  // What waits in the outboxes has long been delivered, as it would have been after 14 days.
  for (const { context } of Object.values(everything.services))
    await context.db.update(outbox).set({ publishedAt: context.clock.now() }).where(isNull(outbox.publishedAt))
  await transaction(identity.db, (tx) => eraseUser(identity, tx, user))
  for (const name of routes['user.deleted'] ?? [])
    await everything.services[name as keyof Everything['services']].consume(userDeleted, { userId: user.id })
}

test.each(['freelancer', 'client', 'creator'])(
  'of a deleted %s no service has a word left',
  async (name) => {
    const user = findUser(`${name}@gigraph.example`)
    const personal = [...wordsOf(user)]
    const before = await wholeDatabase(everything)
    // The control: before, the same search finds all of them.
    expect(personal.filter((word) => !before.some(({ text }) => text.includes(word)))).toEqual([])
    expect(personal.length).toBeGreaterThanOrEqual(5)

    await erase(user)

    const left = (await wholeDatabase(everything))
      .filter(({ way, text }) => !RECORDS.test(way) && personal.some((word) => text.includes(word)))
      .map(({ way, text }) => `${way}: ${text.slice(0, 80)}`)
    expect([...new Set(left)]).toEqual([])
  },
  60_000,
)
