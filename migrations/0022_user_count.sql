-- How many users there are, counted every minute where they are many; 0 where they are few.
INSERT INTO counters (name, value) VALUES ('users', 0);
