-- Names that every kind of backend shares, and WeChat's word "follow" for following alone. While the new worker is
-- being uploaded, the old one stores nothing: WeChat delivers again, or the queue keeps the message.
ALTER TABLE inbox RENAME COLUMN follow TO outbox;
ALTER TABLE delivery RENAME COLUMN webhook TO backend;

-- The items of an outbox that was stored before.
UPDATE inbox SET outbox = REPLACE(outbox, '"webhook":', '"backend":') WHERE filed = 0 AND outbox IS NOT NULL;
