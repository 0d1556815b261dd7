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
CREATE TABLE "review_reports" (
	"id" uuid PRIMARY KEY NOT NULL,
	"review_id" uuid NOT NULL,
	"reporter_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "review_reports_once" UNIQUE("review_id","reporter_id")
);
--> statement-breakpoint
CREATE TABLE "reviews" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"side" text NOT NULL,
	"reviewer_id" uuid,
	"reviewee_id" uuid NOT NULL,
	"gig_id" uuid,
	"rating" integer NOT NULL,
	"aspects" jsonb NOT NULL,
	"comment" text NOT NULL,
	"private_note" text,
	"submitted_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"published_at" timestamp (3) with time zone,
	"reply" text,
	"replied_at" timestamp (3) with time zone,
	"hidden_at" timestamp (3) with time zone,
	"hidden_by" uuid,
	"hidden_reason" text,
	CONSTRAINT "reviews_one_per_side" UNIQUE("order_id","side")
);
--> statement-breakpoint
CREATE TABLE "rating_summaries" (
	"kind" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"stars" integer[] NOT NULL,
	"aspects" jsonb NOT NULL,
	CONSTRAINT "rating_summaries_kind_subject_id_pk" PRIMARY KEY("kind","subject_id")
);
--> statement-breakpoint
CREATE TABLE "tool_feedback" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tool_id" uuid NOT NULL,
	"user_id" uuid,
	"rating" integer NOT NULL,
	"comment" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "tool_feedback_once" UNIQUE("tool_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "tool_users" (
	"tool_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"first_used_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "tool_users_tool_id_user_id_pk" PRIMARY KEY("tool_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "review_windows" (
	"order_id" uuid PRIMARY KEY NOT NULL,
	"title" text NOT NULL,
	"buyer_id" uuid NOT NULL,
	"seller_id" uuid NOT NULL,
	"gig_id" uuid,
	"open" text NOT NULL,
	"opens_at" timestamp (3) with time zone NOT NULL,
	"closes_at" timestamp (3) with time zone NOT NULL,
	"closed_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "review_reports" ADD CONSTRAINT "review_reports_review_id_reviews_id_fk" FOREIGN KEY ("review_id") REFERENCES "public"."reviews"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reviews" ADD CONSTRAINT "reviews_order_id_review_windows_order_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."review_windows"("order_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "outbox_waiting" ON "outbox" USING btree ("id") WHERE "outbox"."published_at" is null;--> statement-breakpoint
CREATE INDEX "review_reports_newest" ON "review_reports" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "reviews_of_gig" ON "reviews" USING btree ("gig_id","published_at","id");--> statement-breakpoint
CREATE INDEX "reviews_of_user" ON "reviews" USING btree ("reviewee_id","published_at","id");--> statement-breakpoint
CREATE INDEX "reviews_by_user" ON "reviews" USING btree ("reviewer_id","published_at","id");--> statement-breakpoint
CREATE INDEX "tool_feedback_newest" ON "tool_feedback" USING btree ("tool_id","created_at","id");--> statement-breakpoint
CREATE INDEX "review_windows_due" ON "review_windows" USING btree ("closes_at") WHERE "review_windows"."closed_at" is null;--> statement-breakpoint
CREATE INDEX "review_windows_buyer" ON "review_windows" USING btree ("buyer_id");--> statement-breakpoint
CREATE INDEX "review_windows_seller" ON "review_windows" USING btree ("seller_id");