import { useQuery } from '@apollo/client/react'
import { useDeferredValue, useState } from 'react'
import { Link } from 'wouter'
import { SearchGigsDocument } from './__generated__/operations.ts'

export const Search = () => {
  const [words, setWords] = useState('')
  const query = useDeferredValue(words)
  const { data, previousData, error, fetchMore } = useQuery(SearchGigsDocument, { variables: { query } })
  const found = (data ?? previousData)?.searchGigs
  return (
    <>
      <input
        type="search"
        placeholder="What do you need done?"
        value={words}
        onChange={({ target }) => setWords(target.value)}
      />
      {error && <p role="alert">{error.message}</p>}
      <p>{found ? `${found.totalCount} gigs` : 'Searching …'}</p>
      <ul className="gigs">
        {found?.edges.map(({ node }) => (
          <li key={node.id}>
            <Link href={`/gigs/${node.id}`}>
              {node.images?.[0]?.url ? (
                <img src={node.images[0].url} alt={node.images[0].alt} loading="lazy" />
              ) : (
                <span className="no-picture" aria-hidden="true">
                  {node.title.replace(/^I will /, '').charAt(0)}
                </span>
              )}
              <strong>{node.title}</strong>
              <span>{node.seller?.displayName}</span>
              {/* Reviews may be away for a while: then there is no summary, and everything else is still here. */}
              {node.ratingSummary?.average && (
                <span>
                  ★ {node.ratingSummary.average.toFixed(1)} ({node.ratingSummary.count})
                </span>
              )}
              <span>from {node.startingPrice?.formatted}</span>
            </Link>
          </li>
        ))}
      </ul>
      {found?.pageInfo.hasNextPage && (
        <button type="button" onClick={() => fetchMore({ variables: { after: found.pageInfo.endCursor } })}>
          More
        </button>
      )}
    </>
  )
}
