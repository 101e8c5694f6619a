package access_test

import (
	"testing"

	"renkei/internal/auth"
	"renkei/internal/exercise/access"
)

// TestMayHelp: nobody lets in who may more than they, here or elsewhere.
func TestMayHelp(t *testing.T) {
	t.Parallel()
	who := func(grants ...auth.Grant) *auth.Access { return &auth.Access{Person: "p", Grants: grants} }
	in := func(exercise, unit string, role auth.Role) auth.Grant {
		return auth.Grant{Scope: access.In(exercise, unit), Role: string(role)}
	}
	director, controller := who(in("x", "", access.Director)), who(in("x", "", access.Controller))
	program := who(in("x", "", access.Director))
	program.ReadOnly = true
	account := who(in("x", "a", access.Player))
	account.Login = "ada"
	player := who(in("x", "a", access.Player))
	for name, tt := range map[string]struct {
		helper, other *auth.Access
		want          bool
	}{
		"director, player":         {director, player, true},
		"director, controller":     {director, controller, true},
		"controller, player":       {controller, player, true},
		"controller, evaluator":    {controller, who(in("x", "a", access.Evaluator)), true},
		"controller, director":     {controller, director, false},
		"controller, controller":   {controller, controller, false},
		"observer, player":         {who(in("x", "", access.Observer)), player, false},
		"player, player":           {player, player, false},
		"elsewhere":                {who(in("y", "", access.Director)), player, false},
		"who is elsewhere too":     {director, who(in("x", "a", access.Player), in("y", "", access.Observer)), false},
		"who has a community":      {director, who(in("x", "a", access.Player), auth.Grant{Scope: auth.Scope{Area: "community", Object: "kh"}, Role: "owner"}), false},
		"a secretary":              {director, who(in("x", "a", access.Player), auth.Grant{Role: string(auth.Secretary)}), false},
		"who has an account":       {director, account, false},
		"a program":                {program, player, false},
		"who takes part no longer": {director, who(), false},
		"nobody":                   {director, &auth.Access{}, false},
	} {
		if got := access.Of(tt.helper).MayHelp("x", tt.other); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
