CREATE TABLE "client_profiles" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"first_name" text DEFAULT '' NOT NULL,
	"last_name" text DEFAULT '' NOT NULL,
	"company_name" text,
	"company_size" text,
	"registration_number" text,
	"industry" text,
	"website" text,
	"bio" text DEFAULT '' NOT NULL,
	"country" text,
	"city" text,
	"time_zone" text,
	"verification" text DEFAULT 'UNVERIFIED' NOT NULL,
	"verification_reason" text,
	"verification_requested_at" timestamp (3) with time zone,
	"verification_decided_at" timestamp (3) with time zone,
	"completed_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "erased_users" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"erased_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "freelancer_clients" (
	"freelancer_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"orders" integer NOT NULL,
	CONSTRAINT "freelancer_clients_freelancer_id_client_id_pk" PRIMARY KEY("freelancer_id","client_id")
);
--> statement-breakpoint
CREATE TABLE "freelancer_profiles" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"display_name" text NOT NULL,
	"headline" text DEFAULT '' NOT NULL,
	"bio" text DEFAULT '' NOT NULL,
	"skills" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"skill_slugs" text[] DEFAULT '{}' NOT NULL,
	"skill_names" text DEFAULT '' NOT NULL,
	"hourly_rate_minor" bigint,
	"hourly_rate_currency" text,
	"country" text,
	"time_zone" text,
	"languages" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"language_codes" text[] DEFAULT '{}' NOT NULL,
	"availability" text DEFAULT 'AVAILABLE' NOT NULL,
	"hours_per_week" integer,
	"away_from_on" date,
	"away_to_on" date,
	"availability_note" text DEFAULT '' NOT NULL,
	"level" text DEFAULT 'NEW' NOT NULL,
	"orders_completed" integer DEFAULT 0 NOT NULL,
	"orders_on_time" integer DEFAULT 0 NOT NULL,
	"orders_failed" integer DEFAULT 0 NOT NULL,
	"rating_count" integer DEFAULT 0 NOT NULL,
	"rating_sum" integer DEFAULT 0 NOT NULL,
	"answers" integer DEFAULT 0 NOT NULL,
	"answer_seconds" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"document" "tsvector" GENERATED ALWAYS AS (setweight(to_tsvector('english', plain_text(coalesce(headline, ''))), 'A') || setweight(to_tsvector('english', plain_text(coalesce(skill_names, ''))), 'A') || setweight(to_tsvector('english', plain_text(coalesce(display_name, ''))), 'B') || setweight(to_tsvector('english', plain_text(coalesce(left(bio, 5000), ''))), 'C')) STORED
);
--> statement-breakpoint
CREATE TABLE "freelancer_reviews" (
	"review_id" uuid PRIMARY KEY NOT NULL,
	"freelancer_id" uuid NOT NULL,
	"rating" integer
);
--> statement-breakpoint
CREATE TABLE "inbox" (
	"event_id" uuid NOT NULL,
	"handler" text NOT NULL,
	"handled_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "inbox_event_id_handler_pk" PRIMARY KEY("event_id","handler")
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"version" integer NOT NULL,
	"payload" jsonb NOT NULL,
	"request_id" text NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"published_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "skills" (
	"slug" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"curated" boolean NOT NULL
);
--> statement-breakpoint
CREATE INDEX "client_profiles_newest" ON "client_profiles" USING btree ("created_at","user_id");--> statement-breakpoint
CREATE INDEX "client_profiles_waiting" ON "client_profiles" USING btree ("verification_requested_at") WHERE "client_profiles"."verification" = 'PENDING';--> statement-breakpoint
CREATE INDEX "freelancer_profiles_document" ON "freelancer_profiles" USING gin ("document");--> statement-breakpoint
CREATE INDEX "freelancer_profiles_headline_similar" ON "freelancer_profiles" USING gin ("headline" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "freelancer_profiles_skills" ON "freelancer_profiles" USING gin ("skill_slugs");--> statement-breakpoint
CREATE INDEX "freelancer_profiles_newest" ON "freelancer_profiles" USING btree ("created_at","user_id");--> statement-breakpoint
CREATE INDEX "freelancer_profiles_rate" ON "freelancer_profiles" USING btree ("hourly_rate_minor","user_id");--> statement-breakpoint
CREATE INDEX "freelancer_reviews_of" ON "freelancer_reviews" USING btree ("freelancer_id");--> statement-breakpoint
CREATE INDEX "outbox_waiting" ON "outbox" USING btree ("id") WHERE "outbox"."published_at" is null;--> statement-breakpoint
CREATE INDEX "skills_similar" ON "skills" USING gin ("name" gin_trgm_ops);