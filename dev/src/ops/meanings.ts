/**
 * What each environment variable is for. Names, forms and defaults stand in the programs' own zod shapes; the table of
 * docs/VARIABLES.md is made of both, and cannot be made while one of the two knows a variable that the other does not.
 */
export const meanings: Readonly<Record<string, string>> = {
  APP_URL: 'Where people reach the product; links in mails start with it.',
  ASSERTION_KEY: 'Signs the callers that services are told; the private half of `VIEWER_ASSERTION_PUBLIC_KEY`.',
  AUTHORITY_NAME: 'The name of the service at `AUTHORITY_URL`.',
  AUTHORITY_URL: 'The service that verifies API keys and tells of revocations; without it API keys are refused.',
  CLEARANCE_DAYS: 'How long earnings stay pending.',
  CLEARANCE_DAYS_TOP: 'How long earnings of sellers of the level TOP stay pending.',
  CODE_HMAC_SECRET: 'Keys what the service hashes: one-time codes, tokens in links.',
  CORS_ORIGINS: 'Browser origins that may call and open sockets, separated by commas.',
  DATABASE_CONNECTIONS: 'The most connections that the process holds to its database.',
  DATABASE_PASSWORD: 'Of the roles that are made.',
  DATABASE_URL:
    'The database, with a role that reads and writes rows; for `npm start` and `databases:make` one that may create databases and roles.',
  DATA_DIRECTORY: 'Where everything that outlives a stop is kept; `.data/` in the checkout unless told otherwise.',
  FORWARD_HEADERS:
    'Client headers that services get as they came, separated by commas; `traceparent, tracestate` unless told otherwise.',
  HOST: 'The address to listen on.',
  IDENTITY_URL: 'Where identity listens.',
  INTROSPECTION: 'Whether clients may ask for the schema; not in `PRODUCTION` unless told otherwise.',
  JOBS_DATABASE_URL: "BullMQ's database. Required without `REDIS_URL`.",
  JWKS_URL:
    'Where the issuer of access tokens publishes its keys. Needs `TOKEN_ISSUER` and `TOKEN_AUDIENCE`; without it everybody is anonymous.',
  JWT_AUDIENCE: '`aud` of access tokens.',
  JWT_ISSUER: '`iss` of access tokens; `APP_URL` unless told otherwise.',
  KEY_ENCRYPTION_SECRET:
    'Encrypts signing keys and second-factor secrets (identity) and the secrets of webhooks (messaging) at rest.',
  LIMITS:
    'What one operation, request and socket may ask for, over the limits of `PRODUCTION`: `{ "maxDepth": 20 }`; the names are in `gateway/src/protect/limits.ts`.',
  LOG_LEVEL: 'From which level on log lines are written.',
  MAIL_FROM: 'The sender of mails.',
  MANAGEMENT_PORT:
    'A port for operators only: `/metrics`, `/health` and `/usage`; without it `/metrics` is at `PORT`, and usage is not told.',
  MARKETPLACE_URL: 'Where marketplace listens.',
  MESSAGING_URL: 'Where messaging listens.',
  MIGRATION_DATABASE_URL: 'The same database with the role that owns the tables; runs the migrations.',
  MIGRATIONS:
    '`on`: the program brings its database up to date at every start; `off`: it starts only when that was done; `only`: it does that with `DATABASE_URL` and `MIGRATION_DATABASE_URL` alone, and ends.',
  MINIMUM_PAYOUT_MINOR: 'The smallest payout, in minor units.',
  MODERATION: '`auto`: listings go live at once; `manual`: staff approve them first.',
  ORDERS_URL: 'Where orders listens.',
  PASSKEY_DOMAIN:
    'The domain that passkeys belong to; the host of `APP_URL` unless told otherwise. Another one voids all passkeys.',
  PASSKEY_ORIGINS:
    'Origins of the pages that may use passkeys, separated by commas; that of `APP_URL` unless told otherwise.',
  OTEL_EXPORTER_OTLP_ENDPOINT:
    'Where traces go (OTLP over HTTP, to `/v1/traces` below it); without it nothing is traced.',
  OTEL_EXPORTER_OTLP_HEADERS: 'Headers for that endpoint, for example a key: `name=value,name=value`, URL-encoded.',
  OTEL_TRACES_SAMPLER_ARG: 'The share of traces that is kept.',
  PAYMENTS_URL: 'Where payments listens.',
  PLATFORM_FEE_BASIS_POINTS: "The platform's part of earnings; 1 % = 100.",
  PLAYGROUND: 'Whether browsers get GraphiQL; not in `PRODUCTION` unless told otherwise.',
  POINT_VALUE_CENTS: 'What a point is worth, in US cents.',
  PORT: 'The port to listen on; 0 for any.',
  PRODUCTION: 'Strict limits, no introspection, no playground.',
  PROFILES_URL: 'Where profiles listens.',
  PUBLIC_URL:
    'Where browsers and mail programs reach the service itself: addresses of uploads and images (profiles), links to exported data (identity), links to invoices (payments) and the link to unsubscribe with one click (messaging) start with it.',
  RATE_LIMIT_FIELDS:
    'Stricter budgets of root fields, as uses per address: `{ "login": { "points": 20, "windowSeconds": 60 } }`.',
  RATE_LIMIT_POINTS_PER_MINUTE: 'What the operations of one caller may cost in a minute.',
  RATE_LIMIT_URL:
    'Where budgets are kept for all gateways together: Redis or PostgreSQL; without it nobody is limited.',
  REDIS_URL: 'Queues and pub/sub on Redis (`noeviction`) instead of PostgreSQL.',
  REVIEWS_URL: 'Where reviews listens.',
  S3_ACCESS_KEY_ID: "A key of the bucket; without one the machine's own role is used.",
  S3_BUCKET: 'Keeps uploaded files in this bucket instead of `UPLOAD_DIRECTORY`. The bucket stays private.',
  S3_ENDPOINT: "A server that speaks S3 but is not Amazon's.",
  S3_PREFIX: 'A folder of the bucket, for installations that share one.',
  S3_REGION: 'The region of the bucket; required with it.',
  S3_SECRET_ACCESS_KEY: 'The secret of `S3_ACCESS_KEY_ID`.',
  ROLE_PASSWORDS:
    'Passwords of some of these roles, by role: `{ "gigraph_orders_owner": "…" }`. Each role has `DATABASE_PASSWORD` unless told otherwise.',
  SERVICE_SECOND_SECRET:
    'While `SERVICE_SECRET` is changed: the next one, or the one before. Calls are checked with it too, and not signed.',
  SERVICE_SECRET: 'Signs calls from one service to another; the same everywhere.',
  SERVICE_TIMEOUT_MS: 'The longest wait for a service.',
  SERVICE_URLS: 'GraphQL endpoints by service name, over the routing URLs of the supergraph.',
  SLOW_OPERATION_MS: 'An operation that takes longer is a warning in the log.',
  SMTP_URL: 'The mail server.',
  STRIPE_API_URL: 'Another Stripe than the real one, for example the emulator.',
  STRIPE_SECRET_KEY: "Stripe's API key.",
  STRIPE_WEBHOOK_SECRET:
    "Check the signatures of Stripe's webhooks: that of each endpoint (the platform's, that of connected accounts), and old ones while they are rolled, with commas between them.",
  SUPERGRAPH: 'The supergraph file; it is watched, and a changed one takes over.',
  TOKEN_AUDIENCE: '`aud` that access tokens must have.',
  TOKEN_ISSUER: '`iss` that access tokens must have.',
  TRUSTED_DOCUMENTS:
    "A file with the documents that clients were built with, by their SHA-256, or a manifest of persisted queries as Apollo's tools write it.",
  TRUSTED_DOCUMENTS_MODE: 'Whether other documents are refused (`only`), reported (`log`) or run like any (`off`).',
  TRUST_PROXY: 'Proxies whose `X-Forwarded-For` is believed: addresses or networks, separated by commas.',
  VIEWER_ASSERTION_PUBLIC_KEY: 'Checks who the gateway says is calling.',
  VIEWER_ASSERTION_SECOND_KEY:
    "While the gateway's `ASSERTION_KEY` is changed: the public half of the next one, or of the one before. What it signed is believed too.",
  WEBHOOKS_TO_LOOPBACK: '`on`: webhooks may lead to the own machine, also by http; for development.',
  WORKERS: '`off`: serves requests and relays its outbox, but runs no reactions and no jobs.',
  UPLOAD_DIRECTORY: 'Where uploaded files are kept without `S3_BUCKET`; a volume that outlives the container.',
  UPLOAD_SIGNING_SECRET: 'Signs the addresses of files in `UPLOAD_DIRECTORY`; `SERVICE_SECRET` when absent.',
}
