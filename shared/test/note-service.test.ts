import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCall } from '../src/service/procedure.ts'
import { person, startTestServices } from '../src/testing/index.ts'
import { countLetters, findNote, noteService, noteWritten, seen } from './note-service/src/index.ts'

const Write = /* GraphQL */ `mutation ($body: String!) { writeNote(input: { body: $body }) { note { id body author { id noteCount } } userErrors { code message field } } }`

const start = () => startTestServices({ notes: noteService })
let services: Awaited<ReturnType<typeof start>>
beforeAll(async () => {
  services = await start()
})
afterAll(() => services.close())

test('a mutation writes state, event and job together', async () => {
  const ann = person('CLIENT')
  const { writeNote } = await services.notes.as(ann).query(Write, { body: 'first' })
  expect(writeNote).toMatchObject({ note: { body: 'first', author: { id: ann.id, noteCount: 1 } }, userErrors: [] })
  expect(await services.notes.outbox('note.written')).toContainEqual({ noteId: writeNote.note.id, body: 'first' })
  expect(await services.notes.outbox('count-letters')).toContainEqual({ noteId: writeNote.note.id })
})

test('bad input is a user error with its field; nobody logged in is an error; a defect is masked', async () => {
  const { writeNote } = await services.notes.as(person()).query(Write, { body: '' })
  expect(writeNote).toEqual({
    note: null,
    userErrors: [{ code: 'VALIDATION', message: 'Write something.', field: ['input', 'body'] }],
  })
  const refused = await services.notes.anonymous.run(Write, { body: 'x' })
  expect(refused.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
  const broken = await services.notes.anonymous.run('{ broken }')
  expect(broken.errors).toMatchObject([{ extensions: { code: 'INTERNAL', requestId: expect.any(String) } }])
  expect(JSON.stringify(broken)).not.toContain('secrets')
})

test('pages neither skip nor repeat, forwards and backwards', async () => {
  const client = services.notes.as(person())
  for (let index = 0; index < 7; index += 1) {
    services.notes.clock.advance('1s')
    await client.query(Write, { body: `page ${index}` })
  }
  const List =
    'query ($first: Int, $after: String, $last: Int, $before: String) { notes(first: $first, after: $after, last: $last, before: $before) { nodes { body } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }'
  const one = (await client.query(List, { first: 3 })).notes
  await client.query(Write, { body: 'newest' })
  const two = (await client.query(List, { first: 3, after: one.pageInfo.endCursor })).notes
  expect([...one.nodes, ...two.nodes].map((note) => note.body)).toEqual([
    'page 6',
    'page 5',
    'page 4',
    'page 3',
    'page 2',
    'page 1',
  ])
  const back = (await client.query(List, { last: 3, before: two.pageInfo.startCursor })).notes
  expect(back.nodes).toEqual(one.nodes)
  const bad = await client.run(List, { first: 3, after: 'nonsense' })
  expect(bad.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
})

test('statements do not grow with the page', async () => {
  const client = services.notes.as(person())
  for (let index = 0; index < 5; index += 1) await client.query(Write, { body: `other ${index}` })
  const few = await services.notes.countStatements(() =>
    client.query('{ notes(first: 2) { nodes { author { noteCount } } } }'),
  )
  const many = await services.notes.countStatements(() =>
    client.query('{ notes(first: 10) { nodes { author { noteCount } } } }'),
  )
  expect(few).toBe(2)
  expect(many).toBe(few)
})

test('an event has one effect, however often it arrives', async () => {
  const payload = { noteId: services.notes.context.makeId(), body: 'x' }
  const before = seen.length
  const id = services.notes.context.makeId()
  await Promise.all(Array.from({ length: 5 }, () => services.notes.consume(noteWritten, payload, { id })))
  expect(seen.length).toBe(before + 1)
})

test('an event that only a newer version reacts to is refused, so that it is tried again and not lost', async () => {
  const unheard = { ...noteWritten, name: 'note.unheard_of' }
  await expect(services.notes.consume(unheard, { noteId: 'x', body: 'x' })).rejects.toThrow('newer version')
})

test('jobs run, procedures answer, unknown things are not found', async () => {
  const { writeNote } = await services.notes.as(person()).query(Write, { body: 'four' })
  await services.notes.runJob(countLetters, { noteId: writeNote.note.id })
  expect(seen).toContain('job 4')
  const call = createCall(
    ({ procedure, input, requestId }) => services.notes.service.procedure(procedure, input, requestId),
    'r',
  )
  expect(await call(findNote, { id: writeNote.note.id })).toEqual({ body: 'four' })
  await expect(call(findNote, { id: services.notes.context.makeId() })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('subscribers get what is published from then on', async () => {
  const client = services.notes.as(person())
  const stream = await client.subscribe('subscription { noteWritten { body author { noteCount } } }')
  // Notes of the tests before may still be on their way.
  const heard = async () => {
    for await (const event of stream) if (event.data?.noteWritten.body === 'live') return event
    return undefined
  }
  const live = heard()
  await services.notes.context.pubsub.ready()
  await client.query(Write, { body: 'live' })
  expect(await live).toEqual({ data: { noteWritten: { body: 'live', author: { noteCount: 1 } } } })
})
