package access_test

import (
	"strings"
	"testing"

	"renkei/internal/auth"
	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
)

func TestRoleFits(t *testing.T) {
	t.Parallel()
	places := [][2]string{{}, {"x"}, {"x", "a"}, {"x", "a/h"}}
	for role, want := range map[auth.Role][]bool{
		auth.Secretary: {false, false, false, false}, access.Director: {false, true, false, false},
		access.Controller: {false, true, false, false}, access.Observer: {false, true, false, false},
		access.National: {false, false, true, false}, access.Player: {false, false, true, true},
		access.Evaluator: {false, false, true, true}, "king": {false, false, false, false},
	} {
		for i, p := range places {
			if got := access.Fits(role, p[0], p[1]); got != want[i] {
				t.Errorf("%s at %+v: %v", role, p, got)
			}
		}
	}
}

// TestAccess asks of everybody everything, in an exercise and in one in which
// they have no part.
func TestAccess(t *testing.T) {
	t.Parallel()
	as := func(r auth.Role, unit string) access.Access {
		return access.Of(&auth.Access{Person: "p", Grants: []auth.Grant{{Person: "p", Scope: access.In("x", unit), Role: string(r)}}})
	}
	elsewhere := access.Of(&auth.Access{Person: "p", Grants: []auth.Grant{
		{Scope: auth.Scope{Area: "other", Object: "x"}, Role: string(access.Director)},
		{Scope: auth.Scope{Area: "other", Object: "x", Part: "a"}, Role: string(access.Player)},
	}})
	for name, tt := range map[string]struct {
		a    access.Access
		want string // of directs, controls, observes, plays a, plays a/h, reads a, reads a/h, reads b
		role exercise.Role
	}{
		"stranger":         {access.Of(nil), "--------", exercise.RoleObserver},
		"secretary":        {access.Of(&auth.Access{Person: "p", Grants: []auth.Grant{{Role: string(auth.Secretary)}}}), "--------", exercise.RoleObserver},
		"director":         {as(access.Director, ""), "dco--rrr", exercise.RoleControl},
		"controller":       {as(access.Controller, ""), "-co--rrr", exercise.RoleControl},
		"observer":         {as(access.Observer, ""), "--o--rrr", exercise.RoleObserver},
		"national":         {as(access.National, "a"), "---p-rr-", exercise.RolePlayer},
		"player of a team": {as(access.Player, "a"), "---p-rr-", exercise.RolePlayer},
		"player of a cell": {as(access.Player, "a/h"), "----p-r-", exercise.RoleObserver},
		"of another area":  {elsewhere, "--------", exercise.RoleObserver},
		"evaluator":        {as(access.Evaluator, "a"), "-----rr-", exercise.RoleEvaluator},
	} {
		if got := letters(tt.a, "x"); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
		if got := letters(tt.a, "y"); got != "--------" {
			t.Errorf("%s, in another exercise: %s", name, got)
		}
		if got := tt.a.Actor("x", "a").Role; got != tt.role {
			t.Errorf("%s acts for a as %v, want %v", name, got, tt.role)
		}
		if got := tt.a.Actor("y", "a").Role; got != exercise.RoleObserver {
			t.Errorf("%s acts in another exercise as %v", name, got)
		}
	}
}

func letters(a access.Access, ex string) string {
	var b strings.Builder
	for _, can := range []struct {
		yes    bool
		letter byte
	}{
		{a.Directs(ex), 'd'},
		{a.Controls(ex), 'c'},
		{a.Observes(ex), 'o'},
		{a.Plays(ex, "a"), 'p'},
		{a.Plays(ex, "a/h"), 'p'},
		{a.Reads(ex, "a"), 'r'},
		{a.Reads(ex, "a/h"), 'r'},
		{a.Reads(ex, "b"), 'r'},
	} {
		letter := byte('-')
		if can.yes {
			letter = can.letter
		}
		b.WriteByte(letter)
	}
	return b.String()
}

// TestReadsAllKeys: EXCON and evaluators who do not play have the keys of all
// units.
func TestReadsAllKeys(t *testing.T) {
	t.Parallel()
	grant := func(r auth.Role, exercise, unit string) auth.Grant {
		return auth.Grant{Person: "p", Scope: access.In(exercise, unit), Role: string(r)}
	}
	for name, tt := range map[string]struct {
		grants []auth.Grant
		want   bool
	}{
		"stranger":                 {nil, false},
		"secretary":                {[]auth.Grant{{Role: string(auth.Secretary)}}, false},
		"director":                 {[]auth.Grant{grant(access.Director, "x", "")}, true},
		"controller":               {[]auth.Grant{grant(access.Controller, "x", "")}, true},
		"observer":                 {[]auth.Grant{grant(access.Observer, "x", "")}, false},
		"player":                   {[]auth.Grant{grant(access.Player, "x", "a")}, false},
		"national":                 {[]auth.Grant{grant(access.National, "x", "a")}, false},
		"evaluator":                {[]auth.Grant{grant(access.Evaluator, "x", "a")}, true},
		"evaluator of another":     {[]auth.Grant{grant(access.Evaluator, "y", "a")}, false},
		"evaluator who plays":      {[]auth.Grant{grant(access.Evaluator, "x", "a"), grant(access.Player, "x", "b/h")}, false},
		"evaluator who relays":     {[]auth.Grant{grant(access.Evaluator, "x", "a"), grant(access.National, "x", "b")}, false},
		"evaluator, plays another": {[]auth.Grant{grant(access.Evaluator, "x", "a"), grant(access.Player, "y", "a")}, true},
	} {
		if got := access.Of(&auth.Access{Person: "p", Grants: tt.grants}).ReadsAllKeys("x"); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
