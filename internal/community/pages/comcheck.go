package communitypages

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"renkei/internal/auth"
	"renkei/internal/community"
	"renkei/internal/community/comcheck"
	"renkei/internal/outbox"
	"renkei/internal/web"
)

// RoundStore keeps what contacts were asked and have answered.
type RoundStore interface {
	comcheck.Store
	AskOf(ctx context.Context, token string) (comcheck.Ask, error)
	AsksOf(ctx context.Context, contact string, since time.Time) ([]comcheck.Ask, error)
	LastAnswers(ctx context.Context) (map[string]time.Time, error)
	Bounce(ctx context.Context, a comcheck.Ask) error
	SetSchedule(ctx context.Context, c comcheck.Schedule) error
}

// maxHours is the longest time of a plan that a form takes.
const maxHours = 60 * 24

// roundRow is a round in the list.
type roundRow struct {
	comcheck.Round
	comcheck.Figures
	over bool
}

// staleContact is a contact that has not answered for long.
type staleContact struct {
	contactView
	last time.Time // zero: never
}

// roundsView is the page of all rounds.
type roundsView struct {
	rows     []roundRow
	stale    []staleContact
	schedule comcheck.Schedule
	members  []*community.Member
}

func showRounds(r *request) error {
	v := &roundsView{members: r.reg.Members()}
	rounds, err := r.pages.Kept.Rounds(r.Context())
	if err != nil {
		return err
	}
	for _, round := range rounds[:min(len(rounds), 24)] {
		_, asks, err := r.pages.Kept.Round(r.Context(), round.ID)
		if err != nil {
			return err
		}
		v.rows = append(v.rows, roundRow{round, comcheck.Count(round.Results(asks, r.now)), round.Over(r.now)})
	}
	if v.stale, err = r.stale(); err != nil {
		return err
	}
	if v.schedule, err = r.pages.Kept.Schedule(r.Context()); err != nil {
		return err
	}
	return r.Show(r.Status(), roundsPage(r, v))
}

// stale are the contacts that have not answered for long, among those that the
// reader may see.
func (r *request) stale() ([]staleContact, error) {
	last, err := r.pages.Kept.LastAnswers(r.Context())
	if err != nil {
		return nil, err
	}
	var all []staleContact
	for _, group := range r.allContacts() {
		for _, c := range group.contacts {
			if at := last[c.ID]; comcheck.Stale(at, r.now) {
				all = append(all, staleContact{c, at})
			}
		}
	}
	return all, nil
}

// plan reads how a round is to go.
func (r *request) plan() (comcheck.Plan, error) {
	plan := comcheck.Plan{Scope: comcheck.Scope(r.PostFormValue("scope"))}
	for _, m := range r.PostForm["member"] {
		if r.reg.Member(m) == nil {
			return plan, web.ErrForm
		}
		plan.Members = append(plan.Members, m)
	}
	for name, into := range map[string]*time.Duration{"remind": &plan.Remind, "escalate": &plan.Escalate, "due": &plan.Due} {
		hours, err := strconv.Atoi(r.PostFormValue(name))
		if err != nil || hours < 1 || hours > maxHours {
			return plan, &web.UserError{Text: r.T("community.comcheck.bad_plan")}
		}
		*into = time.Duration(hours) * time.Hour
	}
	return plan, nil
}

// comcheckError words what cannot be done.
func (r *request) comcheckError(err error) error {
	switch {
	case errors.Is(err, comcheck.ErrPlan):
		return &web.UserError{Text: r.T("community.comcheck.bad_plan")}
	case errors.Is(err, comcheck.ErrNobody):
		return &web.UserError{Text: r.T("community.comcheck.nobody")}
	case errors.Is(err, auth.ErrNotFound):
		return web.ErrNotFound
	}
	return err
}

// begun is the key of what a new round says.
func (r *request) begun() string {
	if r.pages.Rounds.Sends() {
		return "community.comcheck.begun_mail"
	}
	return "community.comcheck.begun"
}

func beginRound(r *request) error {
	if err := r.ReadForm(); err != nil {
		return err
	}
	plan, err := r.plan()
	if err == nil {
		var round *comcheck.Round
		round, _, err = r.pages.Rounds.Start(r.Context(), plan, r.Access.Person)
		if err == nil {
			return r.RedirectWith("/community/comcheck/"+round.ID+"/links", r.begun())
		}
	}
	if errors.Is(err, comcheck.ErrBegun) {
		return r.RedirectWith("/community/comcheck", r.begun())
	}
	return r.Redisplay(r.comcheckError(err), "begin", "/community/comcheck", func() error { return showRounds(r) })
}

func setSchedule(r *request) error {
	if err := r.ReadForm(); err != nil {
		return err
	}
	plan, err := r.plan()
	if err == nil {
		c := comcheck.Schedule{On: r.PostFormValue("on") == "yes", Plan: plan}
		day, bad := strconv.Atoi(r.PostFormValue("day"))
		hour, bad2 := strconv.Atoi(r.PostFormValue("hour"))
		if c.Day, c.Hour = day, hour; bad != nil || bad2 != nil {
			c.Day = 0
		}
		if err = c.Check(); err == nil {
			err = r.pages.Kept.SetSchedule(r.Context(), c)
		}
	}
	if err != nil {
		return r.Redisplay(r.comcheckError(err), "schedule", "/community/comcheck", func() error { return showRounds(r) })
	}
	return r.RedirectWith("/community/comcheck", "community.said.saved")
}

// resultRow is a contact in a round, as far as the reader may see it.
type resultRow struct {
	comcheck.Result
	member  string
	contact *community.Contact // nil where it was removed
	name    string
	body    string
}

// roundView is the page of a round.
type roundView struct {
	*comcheck.Round
	figures comcheck.Figures
	rows    []resultRow
	over    bool
	todo    int // contacts to be reminded
	mails   map[comcheck.Key]outbox.Delivery
}

func (r *request) round() (*roundView, error) {
	round, asks, err := r.pages.Kept.Round(r.Context(), r.PathValue("round"))
	if err != nil {
		return nil, r.comcheckError(err)
	}
	results := round.Results(asks, r.now)
	v := &roundView{Round: round, figures: comcheck.Count(results), over: round.Over(r.now)}
	if v.mails, err = r.pages.Rounds.Mails(r.Context(), round, asks); err != nil {
		return nil, err
	}
	for _, res := range results {
		row := resultRow{Result: res, contact: r.reg.Contact(res.Contact), name: r.T("community.comcheck.gone"), body: r.organisationName(res.Organisation)}
		if row.contact == nil && !r.access.Helps() || row.contact != nil && !r.sees(row.contact) {
			continue
		}
		if o := r.reg.Organisation(res.Organisation); o != nil {
			row.member = o.Member
		}
		if row.contact != nil {
			row.name = r.in(row.contact.Role)
		}
		if res.State == comcheck.Remind {
			v.todo++
		}
		v.rows = append(v.rows, row)
	}
	slices.SortStableFunc(v.rows, func(a, b resultRow) int {
		return slices.Index(urgency(), a.State) - slices.Index(urgency(), b.State)
	})
	return v, nil
}

// urgency is the order in which contacts stand on the page of a round: what asks
// for something to be done comes first.
func urgency() []comcheck.State {
	return []comcheck.State{comcheck.Missed, comcheck.Bounced, comcheck.Remind, comcheck.Waiting, comcheck.Answered}
}

func showRound(r *request) error {
	v, err := r.round()
	if err != nil {
		return err
	}
	return r.Show(http.StatusOK, roundPage(r, v))
}

// mailed reports whether an ask goes, or went, by mail.
func (v *roundView) mailed(a comcheck.Ask) bool {
	d, ok := v.mails[a.Key()]
	return ok && d.State != outbox.Failed && d.State != outbox.Dropped
}

// mailed says what became of the mail of an ask; "" where there is none.
func (r *request) mailed(v *roundView, a comcheck.Ask) string {
	d, ok := v.mails[a.Key()]
	if !ok || !r.access.Helps() {
		return ""
	}
	state := r.Printer.T("outbox.state." + string(d.State))
	if d.Reason != "" && d.State != outbox.Sent {
		state += " (" + outbox.ReasonText(r.Printer, d.Reason) + ")"
	}
	return r.T("community.comcheck.by_mail", web.Args("State", state))
}

// handout is a link to give to a contact.
type handout struct {
	row  resultRow
	ask  comcheck.Ask
	link string
}

// showLinks is the table of links that are to be handed out, of all who have not
// answered.
func showLinks(r *request) error {
	v, err := r.round()
	if err != nil {
		return err
	}
	base, err := r.Base()
	if err != nil {
		return err
	}
	var all []handout
	for _, row := range v.rows {
		for _, a := range row.Asks {
			if row.First.IsZero() && !a.Bounced && !v.mailed(a) {
				all = append(all, handout{row, a, base + "/check/" + v.Token(a.Key())})
			}
		}
	}
	return r.Show(http.StatusOK, linksPage(r, v, all))
}

// noteAnswer keeps by hand that a contact was reached, or not.
func noteAnswer(r *request) error {
	_, asks, err := r.pages.Kept.Round(r.Context(), r.PathValue("round"))
	if err != nil {
		return r.comcheckError(err)
	}
	key := comcheck.Key{Contact: r.PostFormValue("contact"), Channel: community.ChannelKind(r.PostFormValue("channel")), Address: r.PostFormValue("address")}
	i := slices.IndexFunc(asks, func(a comcheck.Ask) bool { return a.Key() == key })
	if i < 0 {
		return web.ErrForm
	}
	a := asks[i]
	switch r.PostFormValue("do") {
	case "answered":
		a.Answered, a.How, a.Word, a.Noted = r.now, comcheck.ByHand, comcheck.Word(r.PostFormValue("word")), r.Access.Person
		err = r.pages.Kept.Answer(r.Context(), a)
	case "bounced", "arrived":
		a.Bounced = r.PostFormValue("do") == "bounced"
		err = r.pages.Kept.Bounce(r.Context(), a)
	default:
		return web.ErrForm
	}
	if err != nil {
		return err
	}
	return r.RedirectWith("/community/comcheck/"+url.PathEscape(a.Round), "said.done")
}

// roundCSV is the result of a round as a table, a row for each channel.
func roundCSV(r *request) error {
	v, err := r.round()
	if err != nil {
		return err
	}
	rows := [][]string{nil}
	for _, column := range []string{"member", "organisation", "role", "channel", "address", "asked", "answered", "how", "word", "state"} {
		rows[0] = append(rows[0], r.T("community.column."+column))
	}
	for _, row := range v.rows {
		for _, a := range row.Asks {
			how := ""
			if a.How != "" {
				how = r.T("community.how." + string(a.How))
			}
			rows = append(rows, []string{
				row.member, row.body, row.name, r.T("community.channel." + string(a.Channel)), a.Address,
				web.Stamp(a.Asked), web.Stamp(a.Answered), how, a.Word, r.T("community.state." + string(row.State)),
			})
		}
	}
	return r.SendCSV("comcheck-"+v.ID+".csv", rows)
}

// askView is what a link asks.
type askView struct {
	comcheck.Ask
	token   string
	contact *community.Contact
	body    *community.Organisation
	round   *comcheck.Round
}

// ask reads a link. Nobody needs an account for it; what the page shows is what
// the link was sent to.
func (r *request) ask() (*askView, error) {
	a, err := r.pages.Kept.AskOf(r.Context(), r.PathValue("token"))
	if errors.Is(err, auth.ErrNotFound) {
		return nil, &web.GoneError{Text: r.T("community.ask.gone")}
	}
	if err != nil {
		return nil, err
	}
	v := &askView{Ask: a, token: r.PathValue("token"), contact: r.reg.Contact(a.Contact), body: r.reg.Organisation(a.Organisation)}
	if v.contact == nil || v.body == nil {
		return nil, &web.GoneError{Text: r.T("community.ask.gone")}
	}
	v.round, _, err = r.pages.Kept.Round(r.Context(), a.Round)
	return v, err
}

// showAsk shows what a link asks. It answers nothing: mail scanners open links
// too.
func showAsk(r *request) error {
	v, err := r.ask()
	if err != nil {
		return err
	}
	return r.Show(http.StatusOK, askPage(r, v))
}

// answer takes an answer; the first stays.
func answer(r *request) error {
	v, err := r.ask()
	if err != nil {
		return err
	}
	if v.Answered.IsZero() {
		a := v.Ask
		a.Answered, a.How, a.Word = r.now, comcheck.ByLink, comcheck.Word(r.PostFormValue("word"))
		if err := r.pages.Kept.Answer(r.Context(), a); err != nil {
			return err
		}
	}
	return r.Back("/check/" + v.token)
}
