/** Rules of a realistic shape: resources with lists, items, and what belongs to an item. */

/** One route in a form all routers can be given. */
export interface Route {
  readonly method: string
  /** The parts; `<int:id>` is a number, `<name>` text. */
  readonly rule: string
}

/** The rules of one resource. */
const shapes: readonly (readonly [method: string, rule: (name: string) => string])[] = [
  ['GET', (name) => `/${name}`],
  ['POST', (name) => `/${name}`],
  ['GET', (name) => `/${name}/search`],
  ['GET', (name) => `/${name}/<int:id>`],
  ['PUT', (name) => `/${name}/<int:id>`],
  ['DELETE', (name) => `/${name}/<int:id>`],
  ['GET', (name) => `/${name}/<int:id>/comments`],
  ['GET', (name) => `/${name}/<int:id>/comments/<int:comment>`],
  ['GET', (name) => `/${name}/<int:id>/tags/<tag>/uses/<int:use>`],
  ['GET', (name) => `/${name}/<int:id>/history`],
]

/** As many rules as asked for, ten for each resource. */
export function routesOf(count: number): Route[] {
  return Array.from({ length: count }, (_, index) => {
    const [method, rule] = shapes[index % shapes.length] as (typeof shapes)[number]
    return { method, rule: rule(`resource${Math.floor(index / shapes.length)}`) }
  })
}

/** Part of GitHub's API, version 3. */
export const githubRoutes: readonly Route[] = `GET /authorizations
GET /authorizations/<id>
POST /authorizations
DELETE /authorizations/<id>
GET /applications/<client>/tokens/<token>
DELETE /applications/<client>/tokens
GET /events
GET /repos/<owner>/<repo>/events
GET /networks/<owner>/<repo>/events
GET /orgs/<org>/events
GET /users/<user>/received_events
GET /users/<user>/received_events/public
GET /users/<user>/events
GET /users/<user>/events/public
GET /users/<user>/events/orgs/<org>
GET /feeds
GET /notifications
PUT /notifications
GET /notifications/threads/<id>
GET /repos/<owner>/<repo>/notifications
GET /repos/<owner>/<repo>/stargazers
GET /users/<user>/starred
GET /user/starred
GET /user/starred/<owner>/<repo>
PUT /user/starred/<owner>/<repo>
GET /repos/<owner>/<repo>/subscribers
GET /users/<user>/subscriptions
GET /user/subscriptions
GET /users/<user>/gists
GET /gists
POST /gists
GET /gists/<id>
PUT /gists/<id>/star
GET /repos/<owner>/<repo>/git/blobs/<sha>
POST /repos/<owner>/<repo>/git/blobs
GET /repos/<owner>/<repo>/git/commits/<sha>
GET /repos/<owner>/<repo>/git/refs
GET /repos/<owner>/<repo>/git/tags/<sha>
GET /repos/<owner>/<repo>/git/trees/<sha>
GET /issues
GET /user/issues
GET /orgs/<org>/issues
GET /repos/<owner>/<repo>/issues
GET /repos/<owner>/<repo>/issues/<int:number>
POST /repos/<owner>/<repo>/issues
GET /repos/<owner>/<repo>/assignees
GET /repos/<owner>/<repo>/issues/<int:number>/comments
POST /repos/<owner>/<repo>/issues/<int:number>/comments
GET /repos/<owner>/<repo>/issues/<int:number>/events
GET /repos/<owner>/<repo>/labels
GET /repos/<owner>/<repo>/labels/<name>
GET /repos/<owner>/<repo>/issues/<int:number>/labels
DELETE /repos/<owner>/<repo>/issues/<int:number>/labels/<name>
GET /repos/<owner>/<repo>/milestones
GET /repos/<owner>/<repo>/milestones/<int:number>
GET /emojis
GET /gitignore/templates
GET /gitignore/templates/<name>
POST /markdown
GET /meta
GET /rate_limit
GET /users/<user>/orgs
GET /user/orgs
GET /orgs/<org>
GET /orgs/<org>/members
GET /orgs/<org>/members/<user>
GET /orgs/<org>/public_members
GET /orgs/<org>/teams
GET /teams/<int:id>
GET /teams/<int:id>/members
GET /teams/<int:id>/members/<user>
GET /teams/<int:id>/repos
GET /repos/<owner>/<repo>/pulls
GET /repos/<owner>/<repo>/pulls/<int:number>
POST /repos/<owner>/<repo>/pulls
GET /repos/<owner>/<repo>/pulls/<int:number>/commits
GET /repos/<owner>/<repo>/pulls/<int:number>/files
GET /repos/<owner>/<repo>/pulls/<int:number>/merge
PUT /repos/<owner>/<repo>/pulls/<int:number>/merge
GET /user/repos
GET /users/<user>/repos
GET /orgs/<org>/repos
GET /repositories
GET /repos/<owner>/<repo>
GET /repos/<owner>/<repo>/contributors
GET /repos/<owner>/<repo>/languages
GET /repos/<owner>/<repo>/branches
GET /repos/<owner>/<repo>/branches/<branch>
GET /repos/<owner>/<repo>/collaborators
GET /repos/<owner>/<repo>/comments
GET /repos/<owner>/<repo>/commits
GET /repos/<owner>/<repo>/commits/<sha>
GET /repos/<owner>/<repo>/readme
GET /repos/<owner>/<repo>/keys
GET /repos/<owner>/<repo>/forks
GET /repos/<owner>/<repo>/hooks
GET /repos/<owner>/<repo>/releases
GET /repos/<owner>/<repo>/releases/<int:id>
GET /search/repositories
GET /search/code
GET /users/<user>
GET /user
GET /users
GET /user/emails
GET /users/<user>/followers
GET /user/followers
GET /users/<user>/following
GET /user/keys`
  .split('\n')
  .map((line) => {
    const [method = '', rule = ''] = line.split(' ')
    return { method, rule }
  })
