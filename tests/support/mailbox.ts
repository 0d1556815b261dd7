import { z } from 'zod'

const message = z.object({ id: z.string(), subject: z.string(), text: z.string(), html: z.string().nullish() })
export type ReceivedMail = z.output<typeof message>

/**
 * Waits for a mail to an address whose subject has the given words; the newest when several are there.
 *
 * @param after the id of a mail: only later ones count
 */
export const waitForMail = async (
  mailboxUrl: string | null,
  to: string,
  subject: string,
  after?: string,
): Promise<ReceivedMail> => {
  const query = new URLSearchParams({ to, subject, timeoutMs: '20000', ...(after && { after }) })
  const response = await fetch(`${mailboxUrl}/api/messages/wait?${query}`)
  if (!response.ok) throw new Error(`no mail "${subject}" for ${to} arrived in time`)
  return message.parse(await response.json())
}
