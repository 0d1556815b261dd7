import { z } from 'zod'

const message = z.object({ id: z.string(), subject: z.string(), text: z.string(), html: z.string().nullish() })
export type ReceivedMail = z.output<typeof message>

/** Waits for a mail to an address whose subject has the given words; the newest when several are there. */
export const waitForMail = async (mailboxUrl: string | null, to: string, subject: string): Promise<ReceivedMail> => {
  const query = new URLSearchParams({ to, subject, timeoutMs: '20000' })
  const response = await fetch(`${mailboxUrl}/api/messages/wait?${query}`)
  if (!response.ok) throw new Error(`no mail "${subject}" for ${to} arrived in time`)
  return message.parse(await response.json())
}
