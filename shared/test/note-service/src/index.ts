import { count, eq, inArray } from 'drizzle-orm'
import { z } from 'zod'
import { requireViewer } from '../../../src/auth/index.ts'
import { afterCommit, transaction } from '../../../src/database/index.ts'
import { notFound, ok, parseInput, payload } from '../../../src/errors/index.ts'
import { event } from '../../../src/events/index.ts'
import { type Batch, type ConnectionArguments, indexBy, load, paginate } from '../../../src/graphql/index.ts'
import { defineJob } from '../../../src/jobs/index.ts'
import { bind, defineProcedure, defineSubgraph, type ServiceContext } from '../../../src/service/index.ts'
import { notes } from './tables.ts'

export const configuration = { GREETING: z.string().default('hello') }
type Context = ServiceContext<typeof configuration>
type Note = typeof notes.$inferSelect

export const noteWritten = event('note.written', 1, { noteId: z.uuid(), body: z.string() })
export const countLetters = defineJob({ name: 'count-letters', queue: 'notes', schema: z.object({ noteId: z.uuid() }) })
export const findNote = defineProcedure({
  service: 'notes',
  name: 'findNote',
  input: z.object({ id: z.uuid() }),
  output: z.object({ body: z.string() }),
})

const input = z.object({ body: z.string().min(1, { error: 'Write something.' }).max(100) })

const writeNote = async (ctx: Context, raw: unknown) => {
  const viewer = requireViewer(ctx)
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  return transaction(ctx.db, async (tx) => {
    const note = { id: ctx.makeId(), authorId: viewer.id, body: parsed.value.body, createdAt: ctx.clock.now() }
    await tx.insert(notes).values(note)
    await ctx.publish(tx, noteWritten, { noteId: note.id, body: note.body })
    await ctx.enqueue(tx, countLetters, { noteId: note.id })
    afterCommit(tx, () => ctx.pubsub.publish('notes', { noteId: note.id }))
    return ok(note)
  })
}

const countByAuthor: Batch<Context, string, number> = async (ctx, ids) => {
  const found = await ctx.db
    .select({ id: notes.authorId, count: count() })
    .from(notes)
    .where(inArray(notes.authorId, [...ids]))
    .groupBy(notes.authorId)
  return new Map(found.map((row) => [row.id, row.count]))
}

const noteById: Batch<Context, string, Note> = async (ctx, ids) =>
  indexBy(
    await ctx.db
      .select()
      .from(notes)
      .where(inArray(notes.id, [...ids])),
    (note) => note.id,
  )

const { handle, implementJob, implementProcedure } = bind<Context>()

/** What the workers did, for the tests to see. */
export const seen: string[] = []

export const noteService = defineSubgraph({
  name: 'notes',
  folder: new URL('.', import.meta.url),
  configuration,
  resolvers: [
    {
      Query: {
        notes: (_: unknown, args: ConnectionArguments, ctx: Context) =>
          paginate(
            args,
            [
              { column: notes.createdAt, direction: 'desc', of: (note: Note) => note.createdAt },
              { column: notes.id, direction: 'desc', of: (note: Note) => note.id },
            ],
            ({ where, orderBy, limit }) =>
              ctx.db
                .select()
                .from(notes)
                .where(where)
                .orderBy(...orderBy)
                .limit(limit),
          ),
        broken: () => {
          throw new Error('select * from secrets')
        },
      },
      Mutation: {
        writeNote: async (_: unknown, args: { input: unknown }, ctx: Context) =>
          payload('note', await writeNote(ctx, args.input)),
      },
      Subscription: {
        noteWritten: {
          subscribe: (_: unknown, __: unknown, ctx: Context) => ctx.pubsub.subscribe('notes'),
          resolve: (message: { noteId: string }, _: unknown, ctx: Context) => load(ctx, noteById, message.noteId),
        },
      },
      Note: { author: (note: Note) => ({ __typename: 'User', id: note.authorId }) },
      User: {
        __resolveReference: (reference: { id: string }) => reference,
        noteCount: async (user: { id: string }, _: unknown, ctx: Context) =>
          (await load(ctx, countByAuthor, user.id)) ?? 0,
      },
    },
  ],
  handlers: [
    handle(noteWritten, 'copy', async (_, tx, { noteId }) => {
      const [note] = await tx.select().from(notes).where(eq(notes.id, noteId))
      seen.push(`event ${note?.body}`)
    }),
  ],
  jobs: [
    implementJob(countLetters, async (ctx, { noteId }) => {
      const note = await load(ctx, noteById, noteId)
      seen.push(`job ${note?.body.length}`)
    }),
  ],
  procedures: [
    implementProcedure(findNote, async (ctx, { id }) => {
      const note = await load(ctx, noteById, id)
      if (!note) throw notFound('Note')
      return { body: note.body }
    }),
  ],
})
