import PostalMime from 'postal-mime'

/** One received mail as the API shows it. */
export interface Message {
  /** Grows with every mail, also across restarts: compare as strings. */
  readonly id: string
  /** Sender's address of the From header, else of the envelope. */
  readonly from: string
  /** Envelope recipients: who really gets it, blind copies included. Lower case. */
  readonly to: readonly string[]
  readonly subject: string
  /** When the mailbox received it, ISO 8601. */
  readonly date: string
  readonly text: string
  /** Empty when the mail has no HTML part. */
  readonly html: string
  /** All headers by lower-case name; repeated ones joined by ", ". */
  readonly headers: Readonly<Record<string, string>>
  readonly attachments: ReadonlyArray<{ readonly name: string; readonly type: string; readonly bytes: number }>
}

/** What the SMTP conversation adds to the raw mail. */
export interface Delivery {
  readonly raw: Buffer
  readonly sender: string
  readonly recipients: readonly string[]
}

/** Parses a raw mail (RFC 5322 with MIME). */
export const parseMessage = async (id: string, { raw, sender, recipients }: Delivery): Promise<Message> => {
  const mail = await PostalMime.parse(raw)
  const headers: Record<string, string> = {}
  for (const { key, value } of mail.headers) headers[key] = key in headers ? `${headers[key]}, ${value}` : value
  return {
    id,
    from: mail.from?.address ?? sender,
    to: recipients.map((recipient) => recipient.toLowerCase()),
    subject: mail.subject ?? '',
    date: new Date().toISOString(),
    text: mail.text ?? '',
    html: mail.html ?? '',
    headers,
    attachments: mail.attachments.map(({ filename, mimeType, content }) => ({
      name: filename ?? '',
      type: mimeType,
      bytes: typeof content === 'string' ? content.length : content.byteLength,
    })),
  }
}
