CREATE TABLE "tool_usages" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tool_id" uuid NOT NULL,
	"title" text NOT NULL,
	"endpoint" text NOT NULL,
	"user_id" uuid NOT NULL,
	"creator_id" uuid NOT NULL,
	"points_per_unit" integer NOT NULL,
	"units" integer NOT NULL,
	"points_charged" integer NOT NULL,
	"earning_id" uuid NOT NULL,
	"granted_by" uuid,
	"grant_expires_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone NOT NULL,
	"refunded_at" timestamp (3) with time zone,
	"refund_reason" text
);
--> statement-breakpoint
CREATE INDEX "tool_usages_user" ON "tool_usages" USING btree ("user_id","used_at","id");--> statement-breakpoint
CREATE INDEX "tool_usages_tool" ON "tool_usages" USING btree ("tool_id");