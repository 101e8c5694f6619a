package store

import (
	"context"
	"database/sql"
	"time"

	"renkei/internal/database"
	"renkei/internal/handbook"
)

// maxLinkChecks is how many looks at a page are kept.
const maxLinkChecks = 50

const linkColumns = `link, at, status, why`

func scanLinkCheck(rows *sql.Rows) (c handbook.LinkCheck, err error) {
	var at int64
	err = rows.Scan(&c.URL, &at, &c.Status, &c.Why)
	c.At = time.UnixMicro(at).UTC()
	return c, err
}

// LinkChecks returns the last look at each page, by its address.
func (r *Reader) LinkChecks(ctx context.Context) (map[string]handbook.LinkCheck, error) {
	all, err := database.Select(ctx, r.r, `SELECT `+linkColumns+` FROM handbook_links WHERE at > 0`, scanLinkCheck)
	if err != nil {
		return nil, r.r.Fail("read", "links", err)
	}
	byLink := make(map[string]handbook.LinkCheck, len(all))
	for _, c := range all {
		byLink[c.URL] = c
	}
	return byLink, nil
}

// LinkHistory returns the looks at a page, the last first.
func (r *Reader) LinkHistory(ctx context.Context, link string) ([]handbook.LinkCheck, error) {
	all, err := database.Select(ctx, r.r, `SELECT `+linkColumns+` FROM handbook_link_checks WHERE link = $1 ORDER BY at DESC LIMIT $2`, scanLinkCheck, link, maxLinkChecks)
	if err != nil {
		return nil, r.r.Fail("read link", link, err)
	}
	return all, nil
}

// ClaimLink reports whether a page is the caller's to look at: nobody else has
// begun to since the last look that is given.
func (s *Store) ClaimLink(ctx context.Context, link string, last, now time.Time) (mine bool, err error) {
	err = s.db.Write(ctx, func(tx *database.Tx) error {
		if _, err := tx.Exec(`INSERT INTO handbook_links (link, claimed, at, status, why) VALUES ($1, 0, 0, 0, '') ON CONFLICT (link) DO NOTHING`, link); err != nil {
			return err
		}
		before := int64(0)
		if !last.IsZero() {
			before = last.UnixMicro()
		}
		n, err := tx.Exec(`UPDATE handbook_links SET claimed = $3 WHERE link = $1 AND at = $2 AND claimed <= $4`, link, before, now.UnixMicro(), now.Add(-claimTime).UnixMicro())
		mine = n == 1
		return err
	})
	if err != nil {
		return false, s.db.Fail("claim link", link, err)
	}
	return mine, nil
}

// claimTime is after how long a look that was begun and never ended is begun
// anew.
const claimTime = time.Hour

// PutLinkCheck keeps a look at a page, and forgets the oldest ones.
func (s *Store) PutLinkCheck(ctx context.Context, c handbook.LinkCheck) error {
	err := s.db.Write(ctx, func(tx *database.Tx) error {
		if _, err := tx.Exec(`UPDATE handbook_links SET at = $2, status = $3, why = $4 WHERE link = $1`, c.URL, c.At.UnixMicro(), c.Status, string(c.Why)); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO handbook_link_checks (`+linkColumns+`) VALUES ($1, $2, $3, $4) ON CONFLICT (link, at) DO NOTHING`, c.URL, c.At.UnixMicro(), c.Status, string(c.Why)); err != nil {
			return err
		}
		_, err := tx.Exec(`DELETE FROM handbook_link_checks WHERE link = $1 AND at NOT IN (SELECT at FROM handbook_link_checks WHERE link = $1 ORDER BY at DESC LIMIT $2)`, c.URL, maxLinkChecks)
		return err
	})
	if err != nil {
		return s.db.Fail("keep link", c.URL, err)
	}
	return nil
}
