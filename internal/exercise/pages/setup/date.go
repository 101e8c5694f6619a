package setup

import (
	"slices"
	"strings"
	"time"

	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/schedule"
	"renkei/internal/web"
)

// dateForm names the form of the date in its page.
const dateForm = "date"

// localTime is how a field of a form has a time of a zone.
const localTime = "2006-01-02T15:04"

// longest is how long an exercise may be planned to take.
const longest = 31 * 24 * time.Hour

// zones are those of the teams, and UTC, which is the first.
func zones(r *pages.Request) []string {
	all := []string{"UTC"}
	for _, u := range cast(r) {
		if u.Zone != "" && !slices.Contains(all, u.Zone) {
			all = append(all, u.Zone)
		}
	}
	slices.Sort(all[1:])
	return all
}

// planDate says when the exercise is to take place, or with empty fields that
// this is open.
func planDate(r *pages.Request) error {
	d, err := dateOf(r)
	if err != nil {
		return r.Redisplay(err, dateForm, r.Path("/invite"), showInvite)
	}
	d.Changed = time.Now().UTC().Truncate(time.Second)
	if err := r.Deps.Dates.Plan(r.Context(), r.Exercise.ID, d); err != nil {
		return err
	}
	if d, err = r.Deps.Dates.Date(r.Context(), r.Exercise.ID); err != nil {
		return err
	}
	if err := tellDate(r, d); err != nil {
		return err
	}
	return r.RedirectWith(r.Path("/invite"), "said.done")
}

// dateOf reads the form of the date.
func dateOf(r *pages.Request) (d schedule.Date, err error) {
	begins, ends := strings.TrimSpace(r.PostFormValue("begins")), strings.TrimSpace(r.PostFormValue("ends"))
	if begins == "" && ends == "" {
		return d, nil
	}
	d.Zone = r.PostFormValue("zone")
	if !slices.Contains(zones(r), d.Zone) {
		return d, web.ErrForm
	}
	there, err := time.LoadLocation(d.Zone)
	if err != nil {
		return d, web.ErrForm
	}
	from, badFrom := time.ParseInLocation(localTime, begins, there)
	to, badTo := time.ParseInLocation(localTime, ends, there)
	switch {
	case badFrom != nil, badTo != nil:
		return d, &web.UserError{Text: r.T("date.unreadable")}
	case from.Year() < 2000 || from.Year() > 9000:
		return d, &web.UserError{Text: r.T("date.unreadable")}
	case !to.After(from):
		return d, &web.UserError{Text: r.T("date.order")}
	case to.Sub(from) > longest:
		return d, &web.UserError{Text: r.T("date.long")}
	}
	d.Begins, d.Ends = from.UTC(), to.UTC()
	return d, nil
}

// dateFields are what the form of the date holds at first.
func dateFields(v *inviteView) (begins, ends, zone string) {
	if v.when == nil {
		return "", "", "UTC"
	}
	return v.when.Begins.In(v.when.Zone).Format(localTime), v.when.Ends.In(v.when.Zone).Format(localTime), v.when.Zone.String()
}
