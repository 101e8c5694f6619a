package communitypages

import (
	"net/http"
	"slices"
	"strconv"

	"renkei/internal/community"
	"renkei/internal/web"
)

// recentChanges is how many the page of changes has.
const recentChanges = 200

// step is a revision as the reader may see it.
type step struct {
	community.Revision
	by      string
	changes []community.Difference
	hidden  bool // its label keeps it from the reader
	last    bool // it is what the record is now
}

// historyView is the history of a record.
type historyView struct {
	kind    community.Kind
	id      string
	title   string
	path    string // of the record; "" where it was removed
	base    int64
	restore bool // the reader may bring an older one back
	steps   []step
}

// lastSeen returns the last revision that has a record.
func lastSeen(all []community.Revision) community.Record {
	for _, rev := range all {
		if rev.Record != nil {
			return rev.Record
		}
	}
	return nil
}

func (r *request) history() (*historyView, []community.Revision, error) {
	k, id := community.Kind(r.PathValue("kind")), r.PathValue("id")
	all, err := r.pages.Store.History(r.Context(), k, id)
	if err != nil {
		return nil, nil, err
	}
	last := lastSeen(all)
	if last == nil || !r.sees(last) {
		return nil, nil, web.ErrNotFound
	}
	v := &historyView{kind: k, id: id, title: r.nameOf(last), base: r.reg.LastOf(k, id)}
	if r.reg.Record(k, id) != nil {
		v.path = pathOf(last)
	}
	p, isPerson := last.(*community.Person)
	v.restore = r.edits(last) && (!isPerson || !p.Erased)
	return v, all, nil
}

func showHistory(r *request) error {
	v, all, err := r.history()
	if err != nil {
		return err
	}
	for i, rev := range all {
		var before community.Record
		if i+1 < len(all) {
			before = all[i+1].Record
		}
		s := step{Revision: rev, by: r.author(rev.Author), last: i == 0}
		s.hidden = rev.Record != nil && !r.sees(rev.Record) || before != nil && !r.sees(before)
		if !s.hidden {
			if s.changes, err = community.Differences(before, rev.Record); err != nil {
				return err
			}
		}
		v.steps = append(v.steps, s)
	}
	return r.Show(r.Status(), historyPage(r, v))
}

// author names who made a revision.
func (r *request) author(person string) string {
	if person == "" {
		return r.T("community.program")
	}
	return nameOr(r.Server.Auth.Name(r.Context(), person), person)
}

// restore makes a record what it was before a revision ("undo") or from it on.
func restore(r *request) error {
	v, all, err := r.history()
	if err != nil {
		return err
	}
	number, err := strconv.ParseInt(r.PostFormValue("number"), 10, 64)
	base, err2 := strconv.ParseInt(r.PostFormValue("base"), 10, 64)
	i := slices.IndexFunc(all, func(rev community.Revision) bool { return rev.Number == number })
	if err != nil || err2 != nil || i < 0 {
		return web.ErrForm
	}
	if r.PostFormValue("do") == "undo" {
		i++
	}
	c := community.Change{Author: r.Access.Person, Reason: cleaned(r.PostFormValue("reason")), Of: v.kind, ID: v.id, Base: base}
	if i < len(all) {
		c.Record, c.Restores = all[i].Record, all[i].Number
	}
	if c.Record != nil && !r.sees(c.Record) || !v.restore {
		return web.ErrNotFound
	}
	path := "/community/history/" + string(v.kind) + "/" + v.id
	if err := r.apply(c); err != nil {
		return r.Redisplay(err, "restore-"+r.PostFormValue("number"), path, func() error { return showHistory(r) })
	}
	return r.RedirectWith(path, "community.said.restored")
}

// recent is a change in the list of all.
type recent struct {
	community.Revision
	by, name string
}

// showChanges lists what was changed lately, as far as the reader may see it.
func showChanges(r *request) error {
	all, err := r.pages.Store.Recent(r.Context(), recentChanges)
	if err != nil {
		return err
	}
	var rows []recent
	for _, rev := range all {
		rec := rev.Record
		if rec == nil {
			rec = r.reg.Record(rev.Of, rev.ID)
		}
		now := r.reg.Record(rev.Of, rev.ID)
		if rec != nil && r.sees(rec) && (now == nil || r.sees(now)) {
			rows = append(rows, recent{rev, r.author(rev.Author), r.nameOf(rec)})
		}
	}
	return r.Show(http.StatusOK, changesPage(r, rows))
}
