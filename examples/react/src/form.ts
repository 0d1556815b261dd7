/** What somebody wrote into the fields of a form. */
export const fieldsOf = <Name extends string>(form: HTMLFormElement, ...names: Name[]): Record<Name, string> => {
  const written = new FormData(form)
  return Object.fromEntries(names.map((name) => [name, String(written.get(name) ?? '')])) as Record<Name, string>
}
