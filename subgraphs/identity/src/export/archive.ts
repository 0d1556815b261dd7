import { type PersonalPage, personalDataOf, readPersonalPage } from '@gigraph/shared/personal-data'
import { strToU8, Zip, ZipDeflate } from 'fflate'
import type { Context } from '../context.ts'
import { personalData } from './personal-data.ts'

/** Who is asked what they know of a person, identity itself aside. */
export const askedServices = ['profiles', 'marketplace', 'orders', 'payments', 'messaging', 'reviews'] as const

const README = `Your data at Gigraph

This archive holds what Gigraph knows of you, as of the day when you asked for it. Each file belongs to one part of Gigraph and is JSON:
kinds of records by name, each a list. Instants are UTC, amounts of money are whole numbers of the currency's smallest unit.

identity.json     your account, logins, keys and devices; what our staff did to the account
profiles.json     your profiles as freelancer and client, and what they show
marketplace.json  your gigs, jobs, proposals, offers, tools, favourites and reports
orders.json       what you bought and sold, deliveries, requests and disputes
payments.json     your statement, payments, refunds, earnings and payouts
messaging.json    your conversations, what you wrote in them, notifications and their settings
reviews.json      what you wrote about others and what is public about you

Not in it: passwords, keys and codes, of which we keep only hashes, and what other people wrote, which is theirs.
`

/** One service's file, in pieces of a page: a large account never stands in memory as a whole. */
async function* pieces(ctx: Context, service: string, userId: string): AsyncGenerator<string> {
  let cursor: string | null = null
  let current: string | null = null
  yield '{'
  do {
    const request: { userId: string; cursor: string | null } = { userId, cursor }
    const page: PersonalPage =
      service === ctx.service
        ? await readPersonalPage(personalData, ctx, request)
        : await ctx.call(personalDataOf(service), request)
    if (page.name !== null && page.name !== current)
      yield `${current === null ? '\n' : '\n  ],\n'}  ${JSON.stringify(page.name)}: [`
    const isFirst = page.name !== current
    current = page.name
    const records = page.records.map((record) => `\n    ${JSON.stringify(record)}`).join(',')
    if (records) yield isFirst ? records : `,${records}`
    cursor = page.cursor
  } while (cursor !== null)
  yield current === null ? '}\n' : '\n  ]\n}\n'
}

/** The archive of a person's data: a ZIP file in pieces, made while it is read. Fails when a service does not answer. */
export async function* archiveOf(ctx: Context, userId: string): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = []
  const zip = new Zip((error, chunk) => {
    if (error) throw error
    ready.push(chunk)
  })
  const begin = (name: string): ZipDeflate => {
    const file = new ZipDeflate(name)
    file.mtime = ctx.clock.now()
    zip.add(file)
    return file
  }
  begin('README.txt').push(strToU8(README), true)
  for (const service of [ctx.service, ...askedServices]) {
    const file = begin(`${service}.json`)
    for await (const piece of pieces(ctx, service, userId)) {
      file.push(strToU8(piece))
      yield* ready.splice(0)
    }
    file.push(new Uint8Array(), true)
    yield* ready.splice(0)
  }
  zip.end()
  yield* ready.splice(0)
}
