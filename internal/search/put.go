package search

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"renkei/internal/database"
)

func itoa(n int) string { return strconv.Itoa(n) }

// chunk is how many rows one statement reads or writes.
const chunk = 300

// stored is a document as the index has it.
type stored struct {
	number int64
	folded string
	facets string
}

// delta is what changes in one block of one token.
type delta struct{ put, drop []int }

// changes are deltas by block and token.
type changes map[int64]map[string]*delta

// of returns the deltas of the block in which a document is.
func (c changes) of(number int64) deltas {
	d := c[number/blockSize]
	if d == nil {
		d = map[string]*delta{}
		c[number/blockSize] = d
	}
	return d
}

type deltas map[string]*delta

func (d deltas) at(token string) *delta {
	at := d[token]
	if at == nil {
		at = &delta{}
		d[strings.Clone(token)] = at // without the text of which it is a part
	}
	return at
}

// add notes a new document. A token that it has several times comes several
// times, one after the other.
func (c changes) add(number int64, folded string, facets []string) {
	place, to := int(number%blockSize), c.of(number)
	tokens(folded, facets, func(token string) {
		if d := to.at(token); len(d.put) == 0 || d.put[len(d.put)-1] != place {
			d.put = append(d.put, place)
		}
	})
}

// move takes a document from its old tokens to its new ones.
func (c changes) move(number int64, old, now map[string]bool) {
	place, to := int(number%blockSize), c.of(number)
	for token := range now {
		if !old[token] {
			d := to.at(token)
			d.put = append(d.put, place)
		}
	}
	for token := range old {
		if !now[token] {
			d := to.at(token)
			d.drop = append(d.drop, place)
		}
	}
}

// Put makes documents be found as they are now, within the transaction that
// changes what they say. Of two with one ID the last counts. Many at once cost
// much less than one by one.
func (x *Index) Put(tx *database.Tx, docs []Document) error {
	docs = lastOfEach(docs)
	last, err := x.lock(tx)
	if err != nil {
		return fmt.Errorf("lock index %s: %w", x.name, err)
	}
	ids := make([]string, len(docs))
	for i := range docs {
		ids[i] = docs[i].ID
	}
	old, err := x.stored(tx, ids)
	if err != nil {
		return fmt.Errorf("read index %s: %w", x.name, err)
	}
	c := changes{}
	var rows []any
	for _, d := range docs {
		folded, facets := Fold(d.Text), strings.Join(d.Facets, "\n")
		was, known := old[d.ID]
		switch {
		case known && was.folded == folded && was.facets == facets:
			continue
		case known:
			c.move(was.number, was.tokens(), (&stored{folded: folded, facets: facets}).tokens())
		default:
			last++
			was.number = last
			c.add(last, folded, d.Facets)
		}
		rows = append(rows, x.name, was.number, d.ID, folded, facets)
	}
	const insert = `INSERT INTO search_documents (name, number, id, folded, facets) VALUES `
	const update = ` ON CONFLICT (name, number) DO UPDATE SET folded = excluded.folded, facets = excluded.facets`
	if err := insertRows(tx, insert, update, rows, 5); err != nil {
		return fmt.Errorf("write index %s: %w", x.name, err)
	}
	if _, err := tx.Exec(`UPDATE search_indexes SET last = $2 WHERE name = $1`, x.name, last); err != nil {
		return fmt.Errorf("write index %s: %w", x.name, err)
	}
	return x.apply(tx, c)
}

func (s *stored) tokens() map[string]bool {
	var facets []string
	if s.facets != "" {
		facets = strings.Split(s.facets, "\n")
	}
	all := map[string]bool{}
	tokens(s.folded, facets, func(token string) { all[token] = true })
	return all
}

func lastOfEach(docs []Document) []Document {
	at := make(map[string]int, len(docs))
	out := make([]Document, 0, len(docs))
	for _, d := range docs {
		if i, twice := at[d.ID]; twice {
			out[i] = d
			continue
		}
		at[d.ID] = len(out)
		out = append(out, d)
	}
	return out
}

// lock keeps others from writing to the index until the transaction ends, and
// returns the last number that was given.
func (x *Index) lock(tx *database.Tx) (last int64, err error) {
	_, err = tx.Exec(`INSERT INTO search_indexes (name, last) VALUES ($1, 0) ON CONFLICT (name) DO UPDATE SET last = search_indexes.last`, x.name)
	if err != nil {
		return 0, err
	}
	err = tx.Row(`SELECT last FROM search_indexes WHERE name = $1`, x.name).Scan(&last)
	return last, err
}

// stored reads documents by their IDs.
func (x *Index) stored(tx *database.Tx, ids []string) (map[string]stored, error) {
	all := make(map[string]stored, len(ids))
	for part := range slices.Chunk(ids, chunk) {
		args := []any{x.name}
		for _, id := range part {
			args = append(args, id)
		}
		query := `SELECT id, number, folded, facets FROM search_documents WHERE name = $1 AND id IN (` + places(2, len(part)) + `)`
		err := each(tx, query, args, func(rows *sql.Rows) error {
			var id string
			var s stored
			err := rows.Scan(&id, &s.number, &s.folded, &s.facets)
			all[id] = s
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// each reads the rows of a query.
func each(tx *database.Tx, query string, args []any, row func(*sql.Rows) error) (err error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// insertRows inserts rows of so many columns, many in a statement.
func insertRows(tx *database.Tx, insert, after string, values []any, columns int) error {
	for part := range slices.Chunk(values, chunk*columns) {
		var b strings.Builder
		b.WriteString(insert)
		for i := 0; i < len(part); i += columns {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString("(" + places(i+1, columns) + ")")
		}
		b.WriteString(after)
		if _, err := tx.Exec(b.String(), part...); err != nil {
			return err
		}
	}
	return nil
}

// apply writes what changes, token by token in their order, which is that of
// the table.
func (x *Index) apply(tx *database.Tx, c changes) error {
	for number, deltas := range c {
		names := make([]string, 0, len(deltas))
		for token := range deltas {
			names = append(names, token)
		}
		slices.Sort(names)
		for part := range slices.Chunk(names, chunk) {
			if err := x.applyTo(tx, number, part, deltas); err != nil {
				return fmt.Errorf("write index %s: %w", x.name, err)
			}
		}
	}
	return nil
}

func (x *Index) applyTo(tx *database.Tx, number int64, names []string, deltas deltas) error {
	args := []any{x.name, number}
	for _, token := range names {
		args = append(args, token)
	}
	blocks := make(map[string]*block, len(names))
	query := `SELECT token, documents FROM search_postings WHERE name = $1 AND block = $2 AND token IN (` + places(3, len(names)) + `)`
	err := each(tx, query, args, func(rows *sql.Rows) error {
		var token string
		var raw []byte
		if err := rows.Scan(&token, &raw); err != nil {
			return err
		}
		blocks[token] = &block{}
		return blocks[token].decode(raw)
	})
	if err != nil {
		return err
	}
	var rows []any
	for _, token := range names {
		b := blocks[token]
		if b == nil {
			b = &block{}
		}
		for _, n := range deltas[token].drop {
			b.clear(n)
		}
		for _, n := range deltas[token].put {
			b.set(n)
		}
		if b.count() > 0 {
			rows = append(rows, x.name, token, number, b.encode())
			continue
		}
		if _, err := tx.Exec(`DELETE FROM search_postings WHERE name = $1 AND token = $2 AND block = $3`, x.name, token, number); err != nil {
			return err
		}
	}
	return insertRows(tx, `INSERT INTO search_postings (name, token, block, documents) VALUES `,
		` ON CONFLICT (name, token, block) DO UPDATE SET documents = excluded.documents`, rows, 4)
}
