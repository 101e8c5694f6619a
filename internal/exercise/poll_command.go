package exercise

import (
	"bytes"
	"slices"
	"strings"
)

// LeastAnswers is how many people must have answered for answers without
// attribution to be shown, and by how many units those who took part in two
// rounds must differ where they do.
const LeastAnswers = 5

// AnnouncePoll puts a question on the agenda.
type AnnouncePoll struct{ Poll Poll }

// OpenPoll opens a question for answers, or asks it again.
type OpenPoll struct {
	Poll   string
	Within Time // 0: as announced
}

// AnswerPoll answers a question for a unit, or changes its answer; until the
// closing the last one counts. EXCON enters for a unit what stands on paper, for
// attributed questions only.
type AnswerPoll struct {
	Poll, Unit string
	Answer     PollAnswer
}

// ConfirmPoll says, for the head of a delegation, that its answer stands, or that
// it may be changed after all. The answer of a delegation that has confirmed does
// not change.
type ConfirmPoll struct {
	Poll, Unit string
	Withdraw   bool
}

// TickPaper notes that a unit put its answer to a question without attribution
// into the box.
type TickPaper struct{ Poll, Unit string }

// EnterPaper enters one paper out of the box; nobody knows whose it is.
type EnterPaper struct {
	Poll   string
	Answer PollAnswer
}

// ClosePoll takes no more answers.
type ClosePoll struct{ Poll string }

// ReopenPoll takes a closing back.
type ReopenPoll struct {
	Poll   string
	Within Time // 0: as announced
}

// RevealPoll shows the answers. Who gives the command leaves them out: the
// conductor, who alone can open them, puts them in, in their canonical order.
type RevealPoll struct {
	Poll    string
	Answers []PollAnswer `json:"-"`
}

// VoidPoll gives a round up. The clock does so where its answers are lost.
type VoidPoll struct{ Poll, Reason string }

// DiscussPoll begins the discussion.
type DiscussPoll struct{ Poll string }

// QuotePoll shows the room free texts that were given.
type QuotePoll struct {
	Poll  string
	Texts []string
}

// EndPoll closes a question for good.
type EndPoll struct{ Poll string }

// AskFloor asks to speak, or no longer wishes to.
type AskFloor struct {
	Unit     string
	Withdraw bool
}

// GiveFloor gives a unit the floor for some time.
type GiveFloor struct {
	Unit, Poll string
	For        Time
}

// EndFloor ends a unit's time to speak.
type EndFloor struct{}

// MakeCommitment accepts what a unit promises.
type MakeCommitment struct {
	Unit, Poll    string
	What, By, Who string
}

// RecallCommitments shows the room what became of commitments of earlier
// tabletops, before or during play; without items it takes them from the screen.
type RecallCommitments struct{ Items []RecalledCommitment }

// poll finds a question that is in one of some statuses.
func (d *decision) poll(key string, in ...PollStatus) (*poll, error) {
	p := d.s.pollByKey(key)
	if p == nil {
		return nil, refuse(UnknownPoll, "Poll", key)
	}
	if len(in) > 0 && !slices.Contains(in, p.status) {
		return nil, refuse(WrongPoll, "Poll", key, "Status", p.status.String())
	}
	return p, nil
}

// steer is what every step of a facilitator asks for.
func (d *decision) steer() error { return first(d.control(), d.phase(Running, OnHold)) }

func (a AnnouncePoll) decide(d *decision) error {
	if err := d.steer(); err != nil {
		return err
	}
	if d.s.pollByKey(a.Poll.Key) != nil {
		return refuse(PollThere, "Poll", a.Poll.Key)
	}
	if len(d.s.polls) >= MaxPolls || !a.Poll.valid() {
		return refuse(BadPoll, "Poll", a.Poll.Key)
	}
	d.emit(toAll, &PollAnnounced{Poll: a.Poll})
	return nil
}

// valid reports whether a question can be asked. A pack is checked with places
// before; this is for what somebody makes up.
func (p *Poll) valid() bool {
	keys := map[string]bool{}
	for _, o := range p.Options {
		if o.Key == "" || len(o.Key) > MaxName || keys[o.Key] {
			return false
		}
		keys[o.Key] = true
	}
	least := map[string]int{PollChoice: 2, PollSeveral: 2, PollRanking: 2, PollPoints: 2, PollMatrix: 1}[p.Kind]
	switch {
	case p.Key == "" || len(p.Key) > MaxName || len(p.Title) == 0 || !slices.Contains(PollKinds(), p.Kind):
	case len(p.Options) < least || len(p.Options) > MaxPollOptions || !validWithin(p.Within):
	case p.Kind == PollScale && (p.Low >= p.High || p.High-p.Low > 100):
	case p.Kind == PollPoints && (p.Share < 1 || p.Share > 1000):
	case p.Kind == PollSeveral && (p.Least < 0 || p.Least > len(p.Options) || p.Most < 0 || p.Most > 0 && p.Most < p.Least):
	case p.mustAttribute() && !p.Attributed:
	default:
		return true
	}
	return false
}

// mustAttribute reports whether the answers say by themselves whose they are.
func (p *Poll) mustAttribute() bool { return p.Kind == PollMatrix || p.Kind == PollCommitment }

func (a OpenPoll) decide(d *decision) error {
	if err := d.steer(); err != nil {
		return err
	}
	p, err := d.poll(a.Poll, PollIsAnnounced, PollIsRevealed, PollIsWithheld, PollIsDiscussed, PollIsVoided)
	if err != nil {
		return err
	}
	if p.round >= MaxRounds {
		return refuse(WrongPoll, "Poll", a.Poll, "Status", p.status.String())
	}
	until, err := d.until(p, a.Within)
	if err != nil {
		return err
	}
	d.emit(toAll, &PollOpened{Poll: a.Poll, Round: p.round + 1, Until: until, Attributed: p.def.Attributed})
	return nil
}

// until is when a question that is opened now is planned to be closed.
func (d *decision) until(p *poll, within Time) (Time, error) {
	if within == 0 {
		within = p.def.Within
	}
	if !validWithin(within) {
		return 0, refuse(BadWithin)
	}
	return d.coming(d.at + within), nil
}

func (a AnswerPoll) decide(d *decision) error {
	u, err := d.unit(a.Unit)
	if err := first(err, d.phase(Running, OnHold)); err != nil {
		return err
	}
	p, err := d.poll(a.Poll, PollIsOpen)
	if err != nil {
		return err
	}
	_, simulated := BotUnit(d.c.Actor.ID)
	paper := d.c.Actor.Role >= RoleControl
	switch {
	case !d.s.play.Cast.Units[u].IsTeam() || d.s.units[u].out():
		return refuse(UnitOut, "Unit", a.Unit, "Status", d.s.units[u].status)
	case paper && !p.def.Attributed:
		return refuse(PollUseBox, "Poll", a.Poll)
	case simulated && !p.def.Attributed && p.people() > 0:
		return refuse(PollAbstain, "Poll", a.Poll)
	case p.taken[u] == takenOnPaper && !p.def.Attributed:
		return refuse(PollOnPaper, "Unit", a.Unit)
	case slices.Contains(p.confirmed, int32(u)):
		return refuse(PollConfirmedIs, "Unit", a.Unit)
	}
	if _, err := p.def.Fit(a.Answer); err != nil {
		return err
	}
	by := takenByPerson
	if simulated {
		by = takenByBot
	}
	if p.taken[u] < by { // a person who comes after a simulated team counts anew
		d.emit(d.s.play.toUnit[u], &PollTaken{Poll: a.Poll, Round: p.round, Unit: a.Unit, Paper: paper})
	}
	return nil
}

func (a ConfirmPoll) decide(d *decision) error {
	u, err := d.unit(a.Unit)
	if err := first(err, d.phase(Running, OnHold)); err != nil {
		return err
	}
	p, err := d.poll(a.Poll, PollIsOpen)
	switch {
	case err != nil:
		return err
	case p.taken[u] != takenByPerson:
		return refuse(PollNotTaken, "Unit", a.Unit)
	case slices.Contains(p.confirmed, int32(u)) != a.Withdraw:
		return refuse(PollConfirmedIs, "Unit", a.Unit)
	}
	d.emit(d.s.play.toUnit[u], &PollConfirmed{Poll: a.Poll, Round: p.round, Unit: a.Unit, Withdrawn: a.Withdraw})
	return nil
}

func (a TickPaper) decide(d *decision) error {
	if err := d.steer(); err != nil {
		return err
	}
	u, err := d.unit(a.Unit)
	if err != nil {
		return err
	}
	p, err := d.poll(a.Poll, PollIsOpen, PollIsClosed)
	switch {
	case err != nil:
		return err
	case !d.s.play.Cast.Units[u].IsTeam() || d.s.units[u].out():
		return refuse(UnitOut, "Unit", a.Unit, "Status", d.s.units[u].status)
	case p.def.Attributed:
		return refuse(PollNoBox, "Poll", a.Poll)
	case p.taken[u] >= takenByPerson:
		return refuse(PollOnPaper, "Unit", a.Unit)
	}
	d.emit(d.s.play.toUnit[u], &PollTaken{Poll: a.Poll, Round: p.round, Unit: a.Unit, Paper: true})
	return nil
}

func (a EnterPaper) decide(d *decision) error {
	if err := d.steer(); err != nil {
		return err
	}
	p, err := d.poll(a.Poll, PollIsOpen, PollIsClosed)
	switch {
	case err != nil:
		return err
	case p.def.Attributed:
		return refuse(PollNoBox, "Poll", a.Poll)
	case p.boxed >= p.count(takenOnPaper):
		return refuse(PollBoxEmpty, "Poll", a.Poll)
	}
	if _, err := p.def.Fit(a.Answer); err != nil {
		return err
	}
	d.emit(toControl, &PollBoxed{Poll: a.Poll, Round: p.round})
	return nil
}

func (a ClosePoll) decide(d *decision) error {
	if err := d.steer(); err != nil {
		return err
	}
	p, err := d.poll(a.Poll, PollIsOpen)
	if err != nil {
		return err
	}
	d.emit(toAll, &PollClosed{Poll: a.Poll, Round: p.round})
	return nil
}

func (a ReopenPoll) decide(d *decision) error {
	if err := d.steer(); err != nil {
		return err
	}
	p, err := d.poll(a.Poll, PollIsClosed)
	if err != nil {
		return err
	}
	until, err := d.until(p, a.Within)
	if err != nil {
		return err
	}
	d.emit(toAll, &PollReopened{Poll: a.Poll, Round: p.round, Until: until})
	return nil
}

func (a RevealPoll) decide(d *decision) error {
	if err := d.steer(); err != nil {
		return err
	}
	p, err := d.poll(a.Poll, PollIsClosed)
	if err != nil {
		return err
	}
	if !p.canonical(d.s, a.Answers) {
		return refuse(BadReveal, "Poll", a.Poll)
	}
	if why := p.withhold(len(a.Answers)); why != "" {
		d.emit(toAll, &PollWithheld{Poll: a.Poll, Round: p.round, Reason: why})
		return nil
	}
	to := toAll
	if p.def.Kind == PollText && !p.def.Attributed {
		to = toControl
	}
	answers := a.Answers
	if answers == nil {
		answers = []PollAnswer{}
	}
	d.emit(to, &PollRevealed{Poll: a.Poll, Round: p.round, Simulated: p.people() == 0, Answers: answers})
	return nil
}

// canonical reports whether answers are those of a reveal: in their one spelling
// and order, with units where the question is attributed and nowhere else.
func (p *poll) canonical(s *State, answers []PollAnswer) bool {
	for i := range answers {
		a := &answers[i]
		bare := *a
		bare.Unit = ""
		fitted, err := p.def.Fit(bare)
		if err != nil || !bytes.Equal(fitted.Bytes(), bare.Bytes()) || (a.Unit != "") != p.def.Attributed {
			return false
		}
		if u, ok := s.play.Cast.Index(a.Unit); p.def.Attributed && (!ok || p.taken[u] == takenNot) {
			return false
		}
		if i > 0 && p.def.Attributed && strings.Compare(answers[i-1].Unit, a.Unit) >= 0 {
			return false
		}
		if i > 0 && !p.def.Attributed && bytes.Compare(answers[i-1].Bytes(), a.Bytes()) > 0 {
			return false
		}
	}
	return len(answers) <= len(p.taken)
}

// withhold says why answers are not shown; "" where they are. Where no person
// took part there is nobody to protect.
func (p *poll) withhold(answers int) string {
	if p.def.Attributed || p.people() == 0 {
		return ""
	}
	if answers < LeastAnswers {
		return TooFew
	}
	for i := range p.shown {
		if n := differ(p.shown[i].took, p.persons()); n > 0 && n < LeastAnswers {
			return FewDiffer
		}
	}
	return ""
}

// differ counts those that are in one of two sorted sets and not in the other.
func differ(a, b []int32) (n int) {
	for _, u := range a {
		if !slices.Contains(b, u) {
			n++
		}
	}
	for _, u := range b {
		if !slices.Contains(a, u) {
			n++
		}
	}
	return n
}

func (a VoidPoll) decide(d *decision) error {
	reason := VoidKeyLost
	if d.c.Actor.Role != RoleClock {
		if err := d.steer(); err != nil {
			return err
		}
		reason = VoidByHand
	}
	p, err := d.poll(a.Poll, PollIsOpen, PollIsClosed)
	if err != nil {
		return err
	}
	d.emit(toAll, &PollVoided{Poll: a.Poll, Round: p.round, Reason: reason})
	return nil
}

// voidAll gives up what is not revealed when play ends.
func (d *decision) voidAll() {
	for i := range d.s.polls {
		if p := &d.s.polls[i]; p.sealed() {
			d.emit(toAll, &PollVoided{Poll: p.def.Key, Round: p.round, Reason: VoidAtEnd})
		}
	}
}

func (a DiscussPoll) decide(d *decision) error {
	if err := d.steer(); err != nil {
		return err
	}
	if _, err := d.poll(a.Poll, PollIsRevealed, PollIsWithheld); err != nil {
		return err
	}
	d.emit(toAll, &PollDiscussed{Poll: a.Poll})
	return nil
}

func (a QuotePoll) decide(d *decision) error {
	if err := d.steer(); err != nil {
		return err
	}
	p, err := d.poll(a.Poll, PollIsRevealed, PollIsDiscussed)
	if err != nil {
		return err
	}
	if p.def.Kind != PollText || len(p.shown) == 0 || len(a.Texts) == 0 || len(a.Texts) > len(p.taken) {
		return refuse(EmptyText)
	}
	for _, text := range a.Texts {
		if _, err := plainText(text, MaxPollText); err != nil {
			return err
		}
	}
	d.emit(toAll, &PollQuoted{Poll: a.Poll, Round: p.round, Texts: a.Texts})
	return nil
}

func (a EndPoll) decide(d *decision) error {
	if err := d.steer(); err != nil {
		return err
	}
	if _, err := d.poll(a.Poll, PollIsAnnounced, PollIsRevealed, PollIsWithheld, PollIsDiscussed, PollIsVoided); err != nil {
		return err
	}
	d.emit(toAll, &PollEnded{Poll: a.Poll})
	return nil
}
