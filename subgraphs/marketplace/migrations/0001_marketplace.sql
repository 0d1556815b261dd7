CREATE TABLE "gig_versions" (
	"gig_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"title" text NOT NULL,
	"description" text NOT NULL,
	"category_id" text NOT NULL,
	"top_category_id" text NOT NULL,
	"tags" text[] NOT NULL,
	"content" jsonb NOT NULL,
	"keywords" text NOT NULL,
	"price_minor" bigint,
	"currency" text NOT NULL,
	"delivery_days" integer,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "gig_versions_gig_id_version_pk" PRIMARY KEY("gig_id","version")
);
--> statement-breakpoint
CREATE TABLE "gigs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"seller_id" uuid NOT NULL,
	"slug" text NOT NULL,
	"status" text NOT NULL,
	"published_version" integer,
	"draft_version" integer NOT NULL,
	"reason" text,
	"waiting_since" timestamp (3) with time zone,
	"rating_count" integer DEFAULT 0 NOT NULL,
	"rating_sum" integer DEFAULT 0 NOT NULL,
	"rating_at" timestamp (3) with time zone,
	"sales" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"published_at" timestamp (3) with time zone,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "gigs_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
CREATE TABLE "inbox" (
	"event_id" uuid NOT NULL,
	"handler" text NOT NULL,
	"handled_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "inbox_event_id_handler_pk" PRIMARY KEY("event_id","handler")
);
--> statement-breakpoint
CREATE TABLE "listing_texts" (
	"gig_id" uuid PRIMARY KEY NOT NULL,
	"document" "tsvector" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "listings" (
	"gig_id" uuid PRIMARY KEY NOT NULL,
	"seller_id" uuid NOT NULL,
	"published_at" timestamp (3) with time zone NOT NULL,
	"price_minor" bigint NOT NULL,
	"delivery_days" integer NOT NULL,
	"rating" integer NOT NULL,
	"sales" integer NOT NULL,
	"quality" integer NOT NULL,
	"level" smallint NOT NULL,
	"available_now" boolean NOT NULL,
	"category_id" text NOT NULL,
	"top_category_id" text NOT NULL,
	"tags" text[] NOT NULL,
	"languages" text[] NOT NULL,
	"heading" "tsvector" NOT NULL
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
CREATE TABLE "search_words" (
	"word" text PRIMARY KEY NOT NULL,
	"uses" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sellers" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"email_verified_at" timestamp (3) with time zone,
	"suspended_at" timestamp (3) with time zone,
	"standing_at" timestamp (3) with time zone,
	"deleted_at" timestamp (3) with time zone,
	"level" smallint DEFAULT 1 NOT NULL,
	"level_at" timestamp (3) with time zone,
	"languages" text[] DEFAULT '{}' NOT NULL,
	"country" text,
	"available_now" boolean DEFAULT true NOT NULL,
	"profile_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "gig_versions" ADD CONSTRAINT "gig_versions_gig_id_gigs_id_fk" FOREIGN KEY ("gig_id") REFERENCES "public"."gigs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "listing_texts" ADD CONSTRAINT "listing_texts_gig_id_listings_gig_id_fk" FOREIGN KEY ("gig_id") REFERENCES "public"."listings"("gig_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "gigs_of_seller" ON "gigs" USING btree ("seller_id","created_at","id");--> statement-breakpoint
CREATE INDEX "gigs_waiting" ON "gigs" USING btree ("waiting_since","id") WHERE "gigs"."waiting_since" is not null;--> statement-breakpoint
CREATE INDEX "listing_texts_document" ON "listing_texts" USING gin ("document");--> statement-breakpoint
CREATE INDEX "listings_heading" ON "listings" USING gin ("heading");--> statement-breakpoint
CREATE INDEX "listings_tags" ON "listings" USING gin ("tags");--> statement-breakpoint
CREATE INDEX "listings_category" ON "listings" USING btree ("category_id");--> statement-breakpoint
CREATE INDEX "listings_top_category" ON "listings" USING btree ("top_category_id");--> statement-breakpoint
CREATE INDEX "listings_seller" ON "listings" USING btree ("seller_id");--> statement-breakpoint
CREATE INDEX "listings_quality" ON "listings" USING btree ("quality","gig_id");--> statement-breakpoint
CREATE INDEX "listings_newest" ON "listings" USING btree ("published_at","gig_id");--> statement-breakpoint
CREATE INDEX "listings_price" ON "listings" USING btree ("price_minor","gig_id");--> statement-breakpoint
CREATE INDEX "listings_rating" ON "listings" USING btree ("rating","gig_id");--> statement-breakpoint
CREATE INDEX "listings_sales" ON "listings" USING btree ("sales","gig_id");--> statement-breakpoint
CREATE INDEX "outbox_waiting" ON "outbox" USING btree ("id") WHERE "outbox"."published_at" is null;--> statement-breakpoint
CREATE INDEX "search_words_similar" ON "search_words" USING gin ("word" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "search_words_prefix" ON "search_words" USING btree ("word" text_pattern_ops);