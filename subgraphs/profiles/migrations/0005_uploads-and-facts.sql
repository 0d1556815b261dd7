CREATE TABLE "answers" (
	"message_id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"seconds" integer NOT NULL,
	"sent_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "freelancer_orders" (
	"order_id" uuid PRIMARY KEY NOT NULL,
	"freelancer_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"outcome" text NOT NULL,
	"on_time" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "people" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"display_name" text DEFAULT '' NOT NULL,
	"named_at" timestamp (3) with time zone,
	"verified_at" timestamp (3) with time zone
);
--> statement-breakpoint
DROP INDEX "freelancer_profiles_newest";--> statement-breakpoint
DROP INDEX "freelancer_profiles_rate";--> statement-breakpoint
DROP INDEX "uploads_oldest";--> statement-breakpoint
DROP INDEX "uploads_of";--> statement-breakpoint
ALTER TABLE "avatars" ALTER COLUMN "image_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "avatars" ADD COLUMN "next_image_id" uuid;--> statement-breakpoint
ALTER TABLE "client_profiles" ADD COLUMN "verification_document_ids" uuid[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "freelancer_profiles" ADD COLUMN "repeat_clients" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "freelancer_profiles" ADD COLUMN "verified" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "freelancer_profiles" ADD COLUMN "standing" double precision GENERATED ALWAYS AS (case level when 'NEW' then 1 when 'RISING' then 2 when 'ESTABLISHED' then 3 when 'TOP' then 4 else 0 end + round((rating_sum + 20.0) / (rating_count + 5), 6)) STORED;--> statement-breakpoint
ALTER TABLE "freelancer_profiles" ADD COLUMN "rated" double precision GENERATED ALWAYS AS (round((rating_sum + 20.0) / (rating_count + 5), 6)) STORED;--> statement-breakpoint
ALTER TABLE "freelancer_profiles" ADD COLUMN "cheap" double precision GENERATED ALWAYS AS (-coalesce(hourly_rate_minor, 1000000000)) STORED;--> statement-breakpoint
ALTER TABLE "freelancer_profiles" ADD COLUMN "dear" double precision GENERATED ALWAYS AS (coalesce(hourly_rate_minor, -1)) STORED;--> statement-breakpoint
ALTER TABLE "freelancer_profiles" ADD COLUMN "newest" double precision GENERATED ALWAYS AS (extract(epoch from created_at at time zone 'UTC')) STORED;--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "traceparent" text;--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "purpose" text NOT NULL;--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "status" text NOT NULL;--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "failure" text;--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "file_name" text NOT NULL;--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "alt" text NOT NULL;--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "width" integer;--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "height" integer;--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "sent_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "claimed_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "answers_of" ON "answers" USING btree ("user_id","sent_at","message_id");--> statement-breakpoint
CREATE INDEX "freelancer_orders_of" ON "freelancer_orders" USING btree ("freelancer_id");--> statement-breakpoint
CREATE INDEX "client_profiles_company_similar" ON "client_profiles" USING gin ("company_name" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "freelancer_profiles_languages" ON "freelancer_profiles" USING gin ("language_codes");--> statement-breakpoint
CREATE INDEX "freelancer_profiles_country" ON "freelancer_profiles" USING btree ("country");--> statement-breakpoint
CREATE INDEX "freelancer_profiles_by_standing" ON "freelancer_profiles" USING btree ("standing","user_id") WHERE headline <> '';--> statement-breakpoint
CREATE INDEX "freelancer_profiles_by_rated" ON "freelancer_profiles" USING btree ("rated","user_id") WHERE headline <> '';--> statement-breakpoint
CREATE INDEX "freelancer_profiles_by_cheap" ON "freelancer_profiles" USING btree ("cheap","user_id") WHERE headline <> '';--> statement-breakpoint
CREATE INDEX "freelancer_profiles_by_dear" ON "freelancer_profiles" USING btree ("dear","user_id") WHERE headline <> '';--> statement-breakpoint
CREATE INDEX "freelancer_profiles_by_newest" ON "freelancer_profiles" USING btree ("newest","user_id") WHERE headline <> '';--> statement-breakpoint
CREATE INDEX "uploads_unclaimed" ON "uploads" USING btree ("created_at") WHERE "uploads"."claimed_at" is null;--> statement-breakpoint
CREATE INDEX "uploads_processing" ON "uploads" USING btree ("sent_at") WHERE "uploads"."status" = 'PROCESSING';--> statement-breakpoint
CREATE INDEX "uploads_of" ON "uploads" USING btree ("user_id","created_at");