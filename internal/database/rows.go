package database

import (
	"bufio"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Rows of tables travel as lines of JSON, the same from either engine: the
// first line is a [Columns], each other an array of its values. A number
// without point and exponent is an integer (a boolean is 0 or 1), with them a
// floating-point number; bytes are {"base64": "..."}.

// Columns is the first line of a table.
type Columns struct {
	Columns []string `json:"columns"`
}

// Sum tells whether two tables have the same rows, in whatever order.
type Sum [4]uint64

// Add adds a line.
func (s *Sum) Add(line []byte) {
	hash := sha256.Sum256(line)
	for i := range s {
		s[i] += binary.BigEndian.Uint64(hash[8*i:])
	}
}

// String returns the sum in hexadecimal digits.
func (s Sum) String() string {
	var raw [32]byte
	for i, n := range s {
		binary.BigEndian.PutUint64(raw[8*i:], n)
	}
	return hex.EncodeToString(raw[:])
}

// maxLine bounds a row in memory.
const maxLine = 64 << 20

// inserted is how many values go into a statement: fewer than the least that an
// engine allows.
const inserted = 2000

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// quote makes a name of a table or column one that cannot be taken for anything
// else.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// TableNames names the tables of the database but for its own list of
// migrations.
func (r *Reader) TableNames(ctx context.Context) ([]string, error) {
	var from querier = r.pool
	if r.tx != nil {
		from = r.tx
	}
	all, err := tableNames(ctx, from, r.eng.tables)
	if err != nil {
		return nil, r.Fail("tables of", r.name, err)
	}
	return all, nil
}

func tableNames(ctx context.Context, from querier, query string) (all []string, err error) {
	rows, err := from.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err says what there is to say
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		if name != "migrations" {
			all = append(all, name)
		}
	}
	return all, rows.Err()
}

// WriteTable writes a table as it was when OpenReader opened the database, and
// returns how many rows it has, and their sum.
func (r *Reader) WriteTable(ctx context.Context, table string, to io.Writer) (n int64, sum Sum, err error) {
	if r.eng.remote { // a long table takes longer than a statement should
		_, err = r.tx.ExecContext(ctx, `SET LOCAL statement_timeout = 0`)
	}
	if err == nil {
		n, sum, err = writeRows(ctx, r.tx, table, to)
	}
	if err != nil {
		return 0, sum, r.Fail("read table", table, err)
	}
	return n, sum, nil
}

// writeRows writes all rows of a table.
func writeRows(ctx context.Context, q querier, table string, to io.Writer) (n int64, sum Sum, err error) {
	rows, err := q.QueryContext(ctx, `SELECT * FROM `+quote(table))
	if err != nil {
		return 0, sum, err
	}
	defer func() { _ = rows.Close() }() // rows.Err says what there is to say
	columns, err := rows.Columns()
	if err != nil {
		return 0, sum, err
	}
	out := bufio.NewWriter(to)
	header, err := lineOf(Columns{columns})
	if err != nil {
		return 0, sum, err
	}
	if _, err := out.Write(header); err != nil {
		return 0, sum, err
	}
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return 0, sum, err
		}
		for i := range values {
			if values[i], err = portable(values[i]); err != nil {
				return 0, sum, fmt.Errorf("column %s: %w", columns[i], err)
			}
		}
		line, err := lineOf(values)
		if err != nil {
			return 0, sum, err
		}
		n++
		sum.Add(line)
		if _, err := out.Write(line); err != nil {
			return 0, sum, err
		}
	}
	return n, sum, errors.Join(rows.Err(), out.Flush())
}

func lineOf(v any) ([]byte, error) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return []byte(b.String()), err
}

// coded are bytes in a line.
type coded struct {
	Base64 []byte `json:"base64"`
}

// portable gives a value of a driver the form that it has in a line.
func portable(v any) (any, error) {
	switch v := v.(type) {
	case nil, int64, string:
		return v, nil
	case bool:
		if v {
			return int64(1), nil
		}
		return int64(0), nil
	case []byte:
		return coded{v}, nil
	case float64:
		text, err := json.Marshal(v)
		if err == nil && !strings.ContainsAny(string(text), ".e") {
			text = append(text, ".0"...)
		}
		return json.RawMessage(text), err
	}
	return nil, fmt.Errorf("%w: a value of type %T", ErrInvalid, v)
}

// valueOf reads a value of a line.
func valueOf(raw json.RawMessage) (any, error) {
	switch {
	case string(raw) == "null":
		return nil, nil //nolint:nilnil // it is the value
	case len(raw) > 0 && raw[0] == '"':
		var text string
		err := json.Unmarshal(raw, &text)
		return text, err
	case len(raw) > 0 && raw[0] == '{':
		var c coded
		err := json.Unmarshal(raw, &c)
		if c.Base64 == nil {
			c.Base64 = []byte{}
		}
		return c.Base64, err
	case strings.ContainsAny(string(raw), ".eE"):
		var f float64
		err := json.Unmarshal(raw, &f)
		return f, err
	}
	var n int64
	err := json.Unmarshal(raw, &n)
	return n, err
}

// ReadRows reads what WriteTable wrote, row by row; values are only good until
// each returns. What cannot be read is ErrInvalid.
func ReadRows(from io.Reader, each func(line []byte, columns []string, values []any) error) (n int64, sum Sum, err error) {
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, maxLine)
	var c Columns
	if !lines.Scan() {
		return 0, sum, errors.Join(ErrInvalid, lines.Err())
	}
	if err := json.Unmarshal(lines.Bytes(), &c); err != nil || len(c.Columns) == 0 || len(c.Columns) > inserted {
		return 0, sum, fmt.Errorf("%w: its first line names no columns", ErrInvalid)
	}
	var raw []json.RawMessage
	values := make([]any, len(c.Columns))
	for lines.Scan() {
		n++
		if err := json.Unmarshal(lines.Bytes(), &raw); err != nil || len(raw) != len(values) {
			return n, sum, fmt.Errorf("%w: row %d", ErrInvalid, n)
		}
		for i := range raw {
			if values[i], err = valueOf(raw[i]); err != nil {
				return n, sum, fmt.Errorf("%w: row %d: %w", ErrInvalid, n, err)
			}
		}
		line := append(lines.Bytes(), '\n')
		sum.Add(line)
		if err := each(line, c.Columns, values); err != nil {
			return n, sum, err
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return n, sum, fmt.Errorf("%w: row %d is too long", ErrInvalid, n+1)
	}
	return n, sum, lines.Err()
}

// TableSum returns how many rows a table has, and their sum.
func (t *Tx) TableSum(table string) (n int64, sum Sum, err error) {
	return writeRows(t.ctx, t.tx, table, io.Discard)
}

// ReadTable inserts the rows that WriteTable wrote, and returns their number and
// sum.
func (t *Tx) ReadTable(table string, from io.Reader) (n int64, sum Sum, err error) {
	in := &inserter{tx: t, table: table}
	if in.boolean, err = t.booleans(table); err != nil {
		return 0, sum, err
	}
	n, sum, err = ReadRows(from, in.add)
	if err == nil {
		err = in.flush()
	}
	if err == nil && t.eng.identity != nil {
		err = t.eng.identity(t.ctx, t.tx, table)
	}
	return n, sum, err
}

// booleans names the columns of a table whose values are neither 0 nor 1 to
// their engine.
func (t *Tx) booleans(table string) (map[string]bool, error) {
	rows, err := t.Query(`SELECT * FROM ` + quote(table) + ` WHERE 1 = 0`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err says what there is to say
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	all := map[string]bool{}
	for _, c := range types {
		all[c.Name()] = c.DatabaseTypeName() == "BOOL"
	}
	return all, rows.Err()
}

// inserter inserts rows, many in a statement.
type inserter struct {
	tx      *Tx
	table   string
	boolean map[string]bool
	columns []string
	values  []any
}

func (in *inserter) add(_ []byte, columns []string, values []any) error {
	in.columns = columns
	for i, v := range values {
		if n, ok := v.(int64); ok && in.boolean[columns[i]] {
			v = n != 0
		}
		in.values = append(in.values, v)
	}
	if len(in.values)+len(columns) > inserted {
		return in.flush()
	}
	return nil
}

func (in *inserter) flush() error {
	if len(in.values) == 0 {
		return nil
	}
	var text strings.Builder
	text.WriteString(`INSERT INTO ` + quote(in.table) + ` (`)
	for i, c := range in.columns {
		if i > 0 {
			text.WriteString(", ")
		}
		text.WriteString(quote(c))
	}
	text.WriteString(`) VALUES `)
	for i := range in.values {
		switch {
		case i == 0:
			text.WriteString("(")
		case i%len(in.columns) == 0:
			text.WriteString("), (")
		default:
			text.WriteString(", ")
		}
		fmt.Fprintf(&text, "$%d", i+1)
	}
	text.WriteString(")")
	_, err := in.tx.Exec(text.String(), in.values...)
	in.values = in.values[:0]
	return err
}
