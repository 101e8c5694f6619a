package review_test

import "fmt"

// layCalls reads a call that was confirmed as what its caller told the other
// end, at the time at which it was noted; what it made was told then too.
func (l *ledger) layCalls() {
	for i := range l.lines {
		e := &l.lines[i]
		if e.Type != "call.noted" {
			continue
		}
		from, to := e.Body.Unit, e.Body.With
		if e.Body.Incoming {
			from, to = to, from
		}
		e.Body.From, e.Body.Ends, e.Body.Unit = from, []string{l.endOf(to)}, ""
		answer := l.find(func(o *entry) bool { return o.Type == "call.confirmed" && o.Body.Call == e.Seq && !o.Body.Denied })
		if answer == nil {
			continue
		}
		e.confirmed, e.Body.Text = answer, e.Body.Text+"\n"+answer.Body.Text
		for j := range l.lines {
			if o := &l.lines[j]; o.Body.Via == e.Seq && o.Type == "flow.made" {
				o.At, o.made = e.At, o.At
			} else if o.Body.Via == e.Seq {
				o.told = e
			}
		}
	}
}

// endOf writes a party to a call as messages do.
func (l *ledger) endOf(party string) string {
	for _, u := range l.cast.Units {
		if u.Key == party {
			return fmt.Sprint("unit:", party)
		}
	}
	return party
}

// calls counts the confirmed calls of a unit.
func (l *ledger) calls(r *recounted) any {
	sent, received := 0, 0
	for _, e := range l.of("call.noted") {
		if e.confirmed != nil {
			sent, received = sent+one(e.from() == r.Key), received+one(gets(e, r))
		}
	}
	if sent+received == 0 {
		return nil
	}
	return obj{"sent": sent, "received": received}
}
