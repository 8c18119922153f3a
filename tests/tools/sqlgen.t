#!/bin/sh
# sqlgen.t -- each rule for .sql files refuses its planted violation, and a good room passes.
# Speaks TAP. Needs build/tools/sqlgen.
set -u
cd "$(dirname "$0")/../.." || exit 1
sqlgen=$PWD/${BUILD:-build}/tools/sqlgen
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
n=0

result() { # ok?, name
    n=$((n + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $n - $2"
    else
        echo "not ok $n - $2"
        sed 's/^/# /' "$dir/said"
    fi
}

run() {
    (cd "$dir" && mkdir -p out && "$sqlgen" --strict out src/book/book.sql src/loan/loan.sql \
        db/migrations/*.sql db/access/*.sql) >"$dir/said" 2>&1
}

good() {
    mkdir -p "$dir/db/migrations" "$dir/db/access" "$dir/src/book" "$dir/src/loan"
    rm -f "$dir"/db/*/*.sql
    cat >"$dir/db/migrations/0001_book.sql" <<'SQL'
CREATE TABLE book (id INT8 PRIMARY KEY, title TEXT NOT NULL, title_key TEXT NOT NULL, lent BOOL);
CREATE TABLE shelf (id INT8 PRIMARY KEY);
CREATE TABLE member (id INT8 PRIMARY KEY);
CREATE VIEW book_lent AS SELECT id, title FROM book WHERE lent = 1;
SQL
    cat >"$dir/db/access/0001_log.sql" <<'SQL'
CREATE TABLE looked (seq INT8 PRIMARY KEY, at INT8 NOT NULL);
SQL
    cat >"$dir/src/book/book.sql" <<'SQL'
-- owns: book shelf looked
-- publishes: book_lent
-- housekeeping tables: shelf

-- name: find ($1 key)
SELECT id, count(*) AS found FROM book
 WHERE title_key LIKE $1 -- key
 GROUP BY id
-- name: tidy_shelf ($1 id)  -- housekeeping
DELETE FROM shelf WHERE id = $1

-- name: looked ($1 at)  -- store: access
INSERT INTO looked (at) VALUES ($1)
SQL
    cat >"$dir/src/loan/loan.sql" <<'SQL'
-- owns: member
-- name: lent
SELECT id FROM book_lent
SQL
}

# sentence; the text on stdin becomes the other room's file and must be refused with that sentence
refused() {
    good
    { echo '-- owns: member'; cat; } >"$dir/src/loan/loan.sql"
    run
    status=$?
    grep -q "^src/loan/loan.sql:[0-9]*: .*$1" "$dir/said" && [ $status -eq 1 ]
    result $? "$1"
}

good
run
result $? "two good rooms pass"
grep -q 'SQL_BOOK_FIND ((StatementId){0})' "$dir/out/book_sql.h" &&
    grep -q 'BOOK_FIND_FOUND' "$dir/out/book_sql.h" &&
    grep -q 'params = 1, .columns = 0, .writes = true, .housekeeping = true' "$dir/out/statements.c"
result $? "ids, columns and marks are written"
cp "$dir/out/statements.c" "$dir/before"
run
cmp -s "$dir/before" "$dir/out/statements.c"
result $? "the same input gives the same bytes"

refused 'belongs to src/book/book.sql' <<'SQL'
-- name: a
SELECT id FROM book
SQL
refused 'is owned by src/book' <<'SQL'
-- owns: book
SQL
refused 'no migration creates' <<'SQL'
-- owns: lamp
SQL
refused 'no such table' <<'SQL'
-- name: a
SELECT id FROM nowhere
SQL
refused 'is not among the housekeeping tables' <<'SQL'
-- name: a ($1 id)  -- housekeeping
DELETE FROM member WHERE id = $1
SQL
refused 'only a write can be housekeeping' <<'SQL'
-- name: a  -- housekeeping
SELECT id FROM book_lent
SQL
refused 'is declared but not used' <<'SQL'
-- name: a ($1 id)
SELECT id FROM book_lent
SQL
refused 'is used but not declared' <<'SQL'
-- name: a ($1 id)
SELECT id FROM book_lent WHERE id = $1 OR id = $2
SQL
refused 'expected "$2 name"' <<'SQL'
-- name: a ($1 id, $3 other)
SELECT id FROM book_lent WHERE id = $1 OR id = $3
SQL
refused 'give column 1 a name' <<'SQL'
-- name: a
SELECT count(*) FROM book_lent
SQL
refused 'two columns are called' <<'SQL'
-- name: a
SELECT a.id, b.id FROM book_lent a JOIN book_lent b ON a.id = b.id
SQL
refused 'one statement, without a semicolon' <<'SQL'
-- name: a
SELECT id FROM book_lent;
SQL
refused 'SQL without a' <<'SQL'
SELECT id FROM book_lent
SQL
refused 'the name stands at line 2' <<'SQL'
-- name: a
SELECT id FROM book_lent
-- name: a
SELECT title FROM book_lent
SQL
refused 'LIKE only over a key column' <<'SQL'
-- name: a
SELECT id FROM book_lent WHERE title LIKE 'x'
SQL
refused 'quoted names' <<'SQL'
-- name: a
SELECT "id" FROM book_lent
SQL
refused '== is not portable' <<'SQL'
-- name: a
SELECT id FROM book_lent WHERE id == 1
SQL
refused 'use ON CONFLICT' <<'SQL'
-- name: a
INSERT OR REPLACE INTO book (id) VALUES (1)
SQL
for call in 'ifnull(id, 1)' "strftime('%s')" "instr(title, 'a')" 'group_concat(title)' \
    'julianday(id)' 'json_extract(id, 1)' 'random()'; do
    printf -- '-- name: a\nSELECT %s AS x FROM book_lent\n' "$call" >"$dir/call"
    refused 'portable' <"$dir/call"
done

# Four columns, as a reader takes them by their place.
wide='SELECT id AS a, title AS b, id AS c, title AS d FROM book_lent'
shared() { # sentence, mark of the second statement, its columns
    printf -- '-- name: one\n%s\n\n-- name: two  %s\n%s\n' "$wide" "$2" "$3" >"$dir/two"
    refused "$1" <"$dir/two"
}
shared 'the columns of one: say -- columns: one' '' "$wide"
shared 'column 1 is c, that of one is a' '-- columns: one' \
    'SELECT id AS c, title AS b, id AS a, title AS d FROM book_lent'
shared 'column 4 is missing, that of one is d' '-- columns: one' \
    'SELECT id AS a, title AS b, id AS c FROM book_lent'
shared 'three is no statement with columns of its own here' '-- columns: three' "$wide"
shared 'two is no statement with columns of its own here' '-- columns: two' "$wide"
good
printf -- '-- owns: member\n-- name: one\n%s\n\n-- name: two  -- columns: one\n%s\n' "$wide" "$wide" \
    >"$dir/src/loan/loan.sql"
run && grep -q LOAN_ONE_A "$dir/out/loan_sql.h" && ! grep -q LOAN_TWO_A "$dir/out/loan_sql.h"
result $? "columns that are shared have one set of names"

migration_refused() { # sentence; the text on stdin becomes the second migration
    good
    cat >"$dir/db/migrations/${2:-0002_more}.sql"
    run
    status=$?
    grep -q "^db/migrations.*$1" "$dir/said" && [ $status -eq 1 ]
    result $? "migration: $1"
}
migration_refused 'no room owns lamp' <<'SQL'
CREATE TABLE lamp (id INT8 PRIMARY KEY);
SQL
migration_refused 'INTEGER is not portable; use INT8' <<'SQL'
CREATE TABLE lamp (id INTEGER PRIMARY KEY);
SQL
migration_refused 'its number should be 0002' 0003_more <<'SQL'
DROP VIEW book_lent;
SQL
migration_refused '0002_more.sql:2: no such table' <<'SQL'

ALTER TABLE lamp ADD COLUMN at INT8;
SQL
migration_refused 'is left open' <<'SQL'
CREATE TABLE lamp (
SQL

echo "1..$n"
