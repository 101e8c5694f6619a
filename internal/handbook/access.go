package handbook

import "renkei/internal/community"

// ActorOf returns what somebody may do in the handbook. A member's owner and
// the owner's deputy write, its approver approves. Who may only read does
// neither.
func ActorOf(a community.Access) Actor {
	actor := Actor{Person: a.Person}
	if a.ReadOnly {
		return actor
	}
	actor.Secretariat = a.Secretary()
	for _, m := range a.Members() {
		if a.Has(community.Owner, community.In(m)) || a.Has(community.Deputy, community.In(m)) {
			actor.Owns = append(actor.Owns, m)
		}
		if a.Approves(m) {
			actor.Approves = append(actor.Approves, m)
		}
	}
	return actor
}
