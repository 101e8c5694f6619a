-- The address of ours to which the server posts what is typed after /renkei and what
-- is pressed; '' where it reaches none.
ALTER TABLE mattermost_places ADD COLUMN callback TEXT NOT NULL DEFAULT '';
