import type { ContentView } from '../../sandbox/control/view.js'
import { useStrings } from '../hooks/use-strings.js'
import { CardFoot } from './card-foot.js'
import { Scene } from './scene.js'
import { WebCard } from './web-card.js'

/** A link with its title and text, followed by any further articles that an official account pushed with it. */
export function LinkBody({ content }: { content: ContentView<'link'> }) {
  const strings = useStrings()
  const { title, description, url, source, articles } = content
  return (
    <div class="card link">
      <WebCard url={url} class="link-main">
        <strong class="card-title">{title}</strong>
        <span class="link-text">
          <span class="card-text">{description}</span>
          <span class="link-thumb">
            <Scene seed={url + title} />
          </span>
        </span>
      </WebCard>
      {articles.slice(1).map((article, index) => (
        <WebCard key={index} url={article.url} class="article">
          <span class="card-text">{article.title}</span>
          <span class="article-thumb">
            <Scene seed={article.url + article.title} />
          </span>
        </WebCard>
      ))}
      <CardFoot icon="link">{source || strings.kindLink}</CardFoot>
    </div>
  )
}
