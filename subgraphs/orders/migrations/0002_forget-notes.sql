-- The service's own role can neither change nor delete rows of the timeline. When an account is deleted, what its owner wrote there has
-- to go all the same: this function of the tables' owner empties notes, and does nothing else.
CREATE FUNCTION "forget_notes"(author uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public
AS $$ UPDATE "timeline" SET "note" = NULL WHERE "actor_id" = author AND "note" IS NOT NULL $$;
