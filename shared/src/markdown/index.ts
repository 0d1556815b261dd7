import { micromark } from 'micromark'

/**
 * Markdown (CommonMark) of strangers as HTML that is safe to show: raw HTML appears as text, links lead only to web, mail and relative
 * addresses and promise search engines nothing, and pictures, which would tell their host who reads, are left as text.
 */
export const renderMarkdown = (text: string): string =>
  // micromark lets neither raw HTML nor other protocols through unless told to, so every `<a` is one that it wrote itself.
  micromark(text, { extensions: [{ disable: { null: ['labelStartImage'] } }] }).replaceAll(
    '<a href=',
    '<a rel="nofollow ugc noopener" href=',
  )
