import { z } from 'zod'
import { defineProcedure, type ProcedureDefinition } from '../service/procedure.ts'

/** One kind of things that a service knows of a person, read page by page so that a large account needs no large memory. */
export interface PersonalRecords<Context> {
  /** What they are called in the archive: `orders`, `messages`. */
  readonly name: string
  /** The records after the one that `after` names, the first ones when it is null. `next` names the last one; null: there are no more. */
  page(
    context: Context,
    request: { readonly userId: string; readonly after: string | null },
  ): Promise<{ readonly records: readonly object[]; readonly next: string | null }>
}

/** A page of what a service knows of a person. */
export interface PersonalPage {
  /** Which of the service's records these are; null when it has none at all. */
  readonly name: string | null
  /** JSON objects. */
  readonly records: readonly Record<string, unknown>[]
  /** Leads to the next page; null: this was the last. */
  readonly cursor: string | null
}

const input = z.object({ userId: z.uuid(), cursor: z.string().nullable() })
const output = z.object({
  name: z.string().nullable(),
  records: z.array(z.record(z.string(), z.unknown())).readonly(),
  cursor: z.string().nullable(),
})
const position = z.tuple([z.int().min(0), z.string().nullable()])

/**
 * What a service knows of a person, for the export of their data. Every service with `personalData` in its definition answers it; hashes,
 * keys and what other people wrote are not in it.
 */
export const personalDataOf = (
  service: string,
): ProcedureDefinition<{ userId: string; cursor: string | null }, PersonalPage> =>
  defineProcedure({ service, name: 'personalData', input, output })

/** Answers {@link personalDataOf} from a service's kinds of records, one after the other. */
export const readPersonalPage = async <Context>(
  kinds: readonly PersonalRecords<Context>[],
  context: Context,
  raw: unknown,
): Promise<PersonalPage> => {
  const { userId, cursor } = input.parse(raw)
  const [index, after] = cursor === null ? [0, null] : position.parse(JSON.parse(cursor))
  const kind = kinds[index]
  if (!kind) return { name: null, records: [], cursor: null }
  const { records, next } = await kind.page(context, { userId, after })
  const following = next !== null ? [index, next] : index + 1 < kinds.length ? [index + 1, null] : null
  return {
    name: kind.name,
    // As they will stand in the archive: instants become text here, not somewhere on the way.
    records: records.map((record) => z.record(z.string(), z.unknown()).parse(JSON.parse(JSON.stringify(record)))),
    cursor: following && JSON.stringify(following),
  }
}
