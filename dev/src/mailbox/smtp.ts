import { once } from 'node:events'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import type { Delivery } from './message.ts'

const MAX_BYTES = 10 * 1024 * 1024

export interface SmtpOptions {
  readonly port: number
  /** Resolves when the mail is kept: only then is it accepted. */
  readonly deliver: (delivery: Delivery) => Promise<unknown>
  readonly onError: (error: Error) => void
}

/** A mail server on loopback that accepts every sender, recipient and password, without TLS, up to 10 MiB a mail. */
export const startSmtp = async ({ port, deliver, onError }: SmtpOptions): Promise<{ close(): Promise<void> }> => {
  const server = new SMTPServer({
    banner: 'Gigraph development mailbox',
    authOptional: true,
    allowInsecureAuth: true,
    // Its built-in certificate is self-signed, and clients that see STARTTLS offered insist on a valid one.
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    size: MAX_BYTES,
    rejectOversized: true,
    closeTimeout: 1_000,
    onAuth: (auth, _session, callback) => callback(null, { user: auth.username ?? 'anyone' }),
    onData: (stream, session, callback) => {
      receive(stream, session, deliver).then(
        () => callback(),
        (error: Error) => callback(error),
      )
    },
  })
  server.on('error', onError)
  server.listen(port, '127.0.0.1')
  await once(server.server, 'listening')
  return { close: () => new Promise((resolve) => server.close(() => resolve())) }
}

const receive = async (
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  deliver: SmtpOptions['deliver'],
): Promise<void> => {
  const chunks: Buffer[] = []
  // An oversized mail is read to its end, so that the client hears why it is refused.
  for await (const chunk of stream) if (!stream.sizeExceeded) chunks.push(chunk as Buffer)
  if (stream.sizeExceeded) return
  const { mailFrom, rcptTo } = session.envelope
  const sender = mailFrom ? mailFrom.address : ''
  await deliver({ raw: Buffer.concat(chunks), sender, recipients: rcptTo.map(({ address }) => address) })
}
