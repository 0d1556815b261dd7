CREATE TABLE "billing_details" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"address_lines" text[] NOT NULL,
	"country" text NOT NULL,
	"tax_id" text,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "disputes" ADD COLUMN "respond_by" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "disputed_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "settlement_note" text;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "told_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "tool_usages" ADD COLUMN "max_points" integer;--> statement-breakpoint
ALTER TABLE "tool_usages" ADD COLUMN "input_hash" text;--> statement-breakpoint
CREATE INDEX "disputes_newest" ON "disputes" USING btree ("opened_at","id");--> statement-breakpoint
CREATE INDEX "refunds_newest" ON "refunds" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "tool_usages_grant" ON "tool_usages" USING btree ("granted_by");--> statement-breakpoint
-- What banks held or had taken before this column was there.
UPDATE "payments" SET "disputed_minor" = "taken"."minor" FROM (
	SELECT "payment_id", sum("amount_minor") AS "minor" FROM "disputes" WHERE "state" IN ('OPEN', 'LOST') GROUP BY "payment_id"
) AS "taken" WHERE "payments"."id" = "taken"."payment_id";
--> statement-breakpoint
-- Refunds that reached their buyers were told of, also those that came back since.
UPDATE "refunds" SET "told_at" = "reached"."occurred_at" FROM "ledger_transactions" AS "reached"
WHERE "reached"."cause" = 'refund:' || "refunds"."id";
