package web

import (
	"context"
	"io/fs"
	"time"

	"github.com/a-h/templ"
	"github.com/danielgtaylor/huma/v2"

	"renkei/internal/auth"
	"renkei/internal/i18n"
)

// Area is a wing of the program, such as exercises: what it adds to the pages,
// the database and the texts. It registers itself by this value alone; fields
// that an area does not need stay empty. Migrations, Tables and Texts are the
// same whatever the area works with, so that commands that serve nothing can
// ask for them.
type Area struct {
	// Name is that of its folder below internal.
	Name string
	// Routes are its addresses, each with who may use it.
	Routes []Route
	// Nav returns the area's place in the navigation, for somebody who is signed
	// in; nil where there is nothing for them.
	Nav func(*Request) *Section
	// Home returns what the area shows on the start page; nil for nothing.
	Home func(*Request) (*Home, error)
	// Target says to what a grant of the area leads. It returns nil for a grant
	// that is not the area's.
	Target func(r *Request, g auth.Grant) (*Target, error)
	// Grants is what package auth has to know of the area's roles; nil where it
	// has none.
	Grants *auth.Area
	// Demo fills an empty database with demo data; nil where there is none.
	Demo func(ctx context.Context) error
	// Minute is called every minute while the program serves; nil for nothing.
	Minute func(ctx context.Context) error
	// Ready reports whether everything of the area can be used, in words for an
	// operator; nil for always.
	Ready func() (ok bool, about string)
	// Migrations make its tables: files named like 001_members.sql, in order and
	// without a gap. One that was released never changes.
	Migrations fs.FS
	// Tables are all that the migrations leave, each named for the area; of two,
	// that which the other refers to goes before. A backup has them row by row.
	Tables []string
	// Local are those of the tables that say something of this database alone: no
	// backup has them.
	Local []string
	// Operations add what the area answers to programs; nil for nothing.
	Operations func(huma.API)
	// Keeps reports whether a place is kept for somebody when the server is full:
	// who steers what others take part in. It may be nil.
	Keeps func(*auth.Access) bool
	// Texts are its texts. Their keys begin with the area's name and a dot, or
	// with "web." and that.
	Texts i18n.Area
}

// Home is what an area shows on the start page.
type Home struct {
	Part templ.Component
	// Only leads on from the start page of somebody who has nothing else.
	Only string
}

// Target is to what a grant leads.
type Target struct {
	Text string // as on the page of a link
	Path string
	When *When // when it takes place; nil where nothing was said
	// Join is called when somebody has taken a link to it or was granted it. It
	// returns the key of the sentence that their first page is to say, "" for
	// none. It may be nil.
	Join func(ctx context.Context) (said string, err error)
}

// When is when something takes place in the real world.
type When struct {
	Begins, Ends time.Time
	Zone         *time.Location // of those for whom it is
	Calendar     []byte         // an iCalendar file
}

// Route is an address, who may use it, and what it does.
type Route struct {
	// Pattern is that of net/http.ServeMux, with its method.
	Pattern string
	// Need returns nil for somebody who may use the route, and ErrNotFound for
	// others. It is asked before anything of the body is read. Without one
	// anybody may, signed in or not.
	Need   func(*Request) error
	Handle func(*Request) error
	Limit  int64 // of the body in bytes; 0 for 256 KB
	Upload bool  // it takes a file: fewer of them are allowed
	Stream bool  // it answers for hours, until its context ends: see Admission
	Early  bool  // also for who has yet to set up a second factor (auth.Access.MustSetUp), who is led there otherwise
}

// MaxForm is the most that a form may weigh: the longest text a command may
// carry, as a browser sends it, and some more.
const MaxForm = 256 << 10

// Known lets everybody in who is signed in.
func Known(*Request) error { return nil }

// Secretary lets the secretariat in.
func Secretary(r *Request) error {
	if !r.Access.Secretary() {
		return ErrNotFound
	}
	return nil
}

// Target says to what a grant leads, whichever area it is of; nil for a grant
// of none.
func (r *Request) Target(g auth.Grant) (*Target, error) {
	for _, a := range r.Server.Areas {
		if a.Target == nil {
			continue
		}
		if t, err := a.Target(r, g); t != nil || err != nil {
			return t, err
		}
	}
	var none *Target // a role in the community leads to the start page
	return none, nil
}
