CREATE TABLE "favourites" (
	"user_id" uuid NOT NULL,
	"gig_id" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "favourites_user_id_gig_id_pk" PRIMARY KEY("user_id","gig_id")
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"client_id" uuid NOT NULL,
	"status" text NOT NULL,
	"title" text NOT NULL,
	"description" text NOT NULL,
	"category_id" text NOT NULL,
	"top_category_id" text NOT NULL,
	"skills" text[] NOT NULL,
	"keywords" text NOT NULL,
	"budget_kind" text NOT NULL,
	"budget_min_minor" bigint NOT NULL,
	"budget_max_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"duration" text NOT NULL,
	"level" text NOT NULL,
	"questions" text[] NOT NULL,
	"reason" text,
	"filled_by" uuid,
	"posted_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"document" "tsvector" GENERATED ALWAYS AS (setweight(to_tsvector('english', plain_text(title)), 'A') || setweight(to_tsvector('english', plain_text(keywords)), 'B') || setweight(to_tsvector('english', plain_text(left(description, 4000))), 'C')) STORED
);
--> statement-breakpoint
CREATE TABLE "offers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"freelancer_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"conversation_id" uuid,
	"status" text NOT NULL,
	"title" text NOT NULL,
	"description" text NOT NULL,
	"price_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"delivery_days" integer NOT NULL,
	"revisions" integer,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"decided_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "proposals" (
	"id" uuid PRIMARY KEY NOT NULL,
	"job_id" uuid NOT NULL,
	"freelancer_id" uuid NOT NULL,
	"status" text NOT NULL,
	"cover_letter" text NOT NULL,
	"bid_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"delivery_days" integer NOT NULL,
	"milestones" jsonb NOT NULL,
	"answers" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "one_proposal_per_job" UNIQUE("job_id","freelancer_id")
);
--> statement-breakpoint
CREATE TABLE "reports" (
	"id" uuid PRIMARY KEY NOT NULL,
	"listing_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"reporter_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "one_report_per_person" UNIQUE("listing_id","reporter_id")
);
--> statement-breakpoint
CREATE TABLE "tools" (
	"id" uuid PRIMARY KEY NOT NULL,
	"creator_id" uuid NOT NULL,
	"status" text NOT NULL,
	"title" text NOT NULL,
	"description" text NOT NULL,
	"endpoint" text NOT NULL,
	"points_per_use" integer NOT NULL,
	"reason" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"document" "tsvector" GENERATED ALWAYS AS (setweight(to_tsvector('english', plain_text(title)), 'A') || setweight(to_tsvector('english', plain_text('')), 'B') || setweight(to_tsvector('english', plain_text(left(description, 4000))), 'C')) STORED
);
--> statement-breakpoint
ALTER TABLE "proposals" ADD CONSTRAINT "proposals_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "favourites_newest" ON "favourites" USING btree ("user_id","created_at","gig_id");--> statement-breakpoint
CREATE INDEX "jobs_of_client" ON "jobs" USING btree ("client_id","posted_at","id");--> statement-breakpoint
CREATE INDEX "jobs_open" ON "jobs" USING btree ("posted_at","id") WHERE "jobs"."status" = 'OPEN';--> statement-breakpoint
CREATE INDEX "jobs_expiring" ON "jobs" USING btree ("expires_at") WHERE "jobs"."status" = 'OPEN';--> statement-breakpoint
CREATE INDEX "jobs_document" ON "jobs" USING gin ("document");--> statement-breakpoint
CREATE INDEX "offers_of_freelancer" ON "offers" USING btree ("freelancer_id","created_at","id");--> statement-breakpoint
CREATE INDEX "offers_to_client" ON "offers" USING btree ("client_id","created_at","id");--> statement-breakpoint
CREATE INDEX "offers_expiring" ON "offers" USING btree ("expires_at") WHERE "offers"."status" = 'SENT';--> statement-breakpoint
CREATE INDEX "proposals_of_freelancer" ON "proposals" USING btree ("freelancer_id","created_at","id");--> statement-breakpoint
CREATE INDEX "tools_of_creator" ON "tools" USING btree ("creator_id","created_at","id");--> statement-breakpoint
CREATE INDEX "tools_on_offer" ON "tools" USING btree ("created_at","id") WHERE "tools"."status" = 'ACTIVE';--> statement-breakpoint
CREATE INDEX "tools_document" ON "tools" USING gin ("document");