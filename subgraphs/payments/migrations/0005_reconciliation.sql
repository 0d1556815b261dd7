CREATE TABLE "reconciliations" (
	"id" integer PRIMARY KEY NOT NULL,
	"compared_until" timestamp (3) with time zone NOT NULL
);
