import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'

/** A mail as its receiver sees it. */
interface ReceivedMail {
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string
}

/** A mail server on loopback that keeps what it gets. */
export const startMailSink = async () => {
  const mails: ReceivedMail[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    closeTimeout: 500,
    onData: async (stream, session, callback) => {
      const chunks: Buffer[] = []
      for await (const chunk of stream) chunks.push(chunk as Buffer)
      const { subject = '', text = '' } = await PostalMime.parse(Buffer.concat(chunks))
      mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), subject, text })
      callback()
    },
  })
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo

  const to = (address: string) => mails.filter((mail) => mail.to.includes(address))
  const newest = (address: string, subject: string): ReceivedMail => {
    const found = to(address).findLast((mail) => mail.subject === subject)
    if (!found)
      throw new Error(
        `no mail "${subject}" for ${address}; there are: ${JSON.stringify(to(address).map((mail) => mail.subject))}`,
      )
    return found
  }
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    to,
    newest,
    /** The token of the link in the newest mail of that subject. */
    token: (address: string, subject: string): string => {
      const token = /[?&]token=([\w-]+)/.exec(newest(address, subject).text)?.[1]
      if (!token) throw new Error(`the mail "${subject}" has no link`)
      return token
    },
    /** The code that stands alone on a line of the newest mail with a code. */
    code: (address: string): string => {
      const code = /^(\d{6})$/m.exec(newest(address, 'Your Gigraph code').text)?.[1]
      if (!code) throw new Error('the mail has no code')
      return code
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}
