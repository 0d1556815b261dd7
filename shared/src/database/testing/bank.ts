import { randomInt, randomUUID } from 'node:crypto'
import pg from 'pg'

const ACCOUNTS = 20
const OPENING_MINOR = 1_000_000

/** A movement of money between two accounts. */
export interface Transfer {
  id: string
  from: number
  to: number
  amountMinor: number
}

/** What the books say after a storm. */
export interface Audit {
  /** Transfers whose entries are not exactly two that sum to zero, or entries without their transfer. */
  unbalanced: number
  /** Accounts whose balance is not the opening balance plus their entries. */
  wrongBalances: number
  /** Difference between the money there is and the money there was, minor units. */
  differenceMinor: number
  /** Ids of the transfers that were saved. */
  saved: Set<string>
}

/** Creates the accounts, each with 1,000,000 minor units. */
export const openBank = (url: string): Promise<void> =>
  withClient(url, async (client) => {
    await client.query(`
      create table accounts (id int primary key, balance_minor bigint not null);
      create table transfers (id uuid primary key);
      create table entries (transfer_id uuid not null, account_id int not null, amount_minor bigint not null);
      insert into accounts select id, ${OPENING_MINOR} from generate_series(1, ${ACCOUNTS}) id;`)
  })

/** A random transfer between two different accounts. */
export const randomTransfer = (): Transfer => {
  const from = randomInt(1, ACCOUNTS + 1)
  const to = ((from + randomInt(0, ACCOUNTS - 1)) % ACCOUNTS) + 1
  return { id: randomUUID(), from, to, amountMinor: randomInt(1, 100) }
}

/** Reads the books. */
export const audit = (url: string): Promise<Audit> =>
  withClient(url, async (client) => {
    const number = async (sql: string): Promise<number> =>
      Number((await client.query<{ n: string }>(`select (${sql}) as n`)).rows[0]?.n)
    const saved = await client.query<{ id: string }>('select id from transfers')
    return {
      unbalanced: await number(`select count(*) from (
        select 1 from transfers t full join entries e on e.transfer_id = t.id group by coalesce(t.id, e.transfer_id)
        having count(distinct t.id) <> 1 or count(e.transfer_id) <> 2 or sum(e.amount_minor) <> 0) bad`),
      wrongBalances: await number(`select count(*) from accounts a where balance_minor <>
        ${OPENING_MINOR} + coalesce((select sum(amount_minor) from entries e where e.account_id = a.id), 0)`),
      differenceMinor: await number(`select sum(balance_minor) - ${ACCOUNTS * OPENING_MINOR} from accounts`),
      saved: new Set(saved.rows.map(({ id }) => id)),
    }
  })

const withClient = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
