// Package authstoretest is the suite that the store of people and of what they
// may do must pass on every engine. Each method of [Store] has its cases here.
// Start reading at [Run].
package authstoretest

import (
	"context"
	"testing"

	"renkei/internal/auth/authstore"
)

// Store is an authstore.Store that can be closed with its database.
type Store interface {
	People(ctx context.Context, ids []string) ([]authstore.Person, error)
	AllPeople(ctx context.Context) ([]authstore.Person, error)
	PutPeople(ctx context.Context, people []authstore.Person) error
	ErasePerson(ctx context.Context, id string, notes ...authstore.Audit) error
	SetLanguage(ctx context.Context, person, language string, notes ...authstore.Audit) error
	Who(ctx context.Context, person string) (authstore.Who, error)
	PutAccount(ctx context.Context, a authstore.Account, notes ...authstore.Audit) error
	MakeAccount(ctx context.Context, p authstore.Person, a authstore.Account, notes ...authstore.Audit) error
	Account(ctx context.Context, login string) (authstore.Account, error)
	AccountOf(ctx context.Context, person string) (authstore.Account, error)
	Accounts(ctx context.Context) ([]authstore.Member, error)
	SetDisabled(ctx context.Context, person string, disabled bool, kept string, notes ...authstore.Audit) error
	SetPassword(ctx context.Context, person, hash string, kept []authstore.Token, notes ...authstore.Audit) error
	PutGrant(ctx context.Context, g authstore.Grant, notes ...authstore.Audit) error
	DropGrant(ctx context.Context, g authstore.Grant) error
	RevokeGrant(ctx context.Context, g authstore.Grant, keep authstore.Keep, notes ...authstore.Audit) error
	Regrant(ctx context.Context, drop, put []authstore.Grant, notes ...authstore.Audit) error
	Grants(ctx context.Context, person string) ([]authstore.Grant, error)
	GrantsIn(ctx context.Context, in authstore.Scope) ([]authstore.Holder, error)
	GrantsOf(ctx context.Context, area string) ([]authstore.Holder, error)
	PutLink(ctx context.Context, l authstore.Link, notes ...authstore.Audit) error
	PutLinks(ctx context.Context, drop []authstore.Token, links []authstore.Link, grants []authstore.Grant, notes ...authstore.Audit) error
	Link(ctx context.Context, t authstore.Token) (authstore.Link, error)
	Links(ctx context.Context, of authstore.Scope) ([]authstore.Invited, error)
	DropLink(ctx context.Context, of authstore.Scope, id authstore.TokenID, notes ...authstore.Audit) error
	TakeLink(ctx context.Context, t authstore.Token, how authstore.Taking, now int64, notes ...authstore.Audit) (authstore.Grant, error)
	TakeReset(ctx context.Context, t authstore.Token, person, hash string, now int64, notes ...authstore.Audit) error
	PutSession(ctx context.Context, s authstore.Session, notes ...authstore.Audit) error
	Session(ctx context.Context, t authstore.Token) (authstore.Session, error)
	Sessions(ctx context.Context, person string) ([]authstore.Session, error)
	SeeSessions(ctx context.Context, tokens []authstore.Token, at int64) error
	DropSession(ctx context.Context, t authstore.Token, notes ...authstore.Audit) error
	DropSessionOf(ctx context.Context, person string, id authstore.TokenID, notes ...authstore.Audit) error
	DropSessions(ctx context.Context, person string, notes ...authstore.Audit) error
	SweepSessions(ctx context.Context, now int64) error
	PutAPIToken(ctx context.Context, t authstore.APIToken, notes ...authstore.Audit) error
	APIToken(ctx context.Context, t authstore.Token) (authstore.APIToken, error)
	APITokens(ctx context.Context, person string) ([]authstore.APIToken, error)
	SeeAPITokens(ctx context.Context, tokens []authstore.Token, at int64) error
	DropAPIToken(ctx context.Context, person string, id authstore.TokenID, notes ...authstore.Audit) error
	PutDevice(ctx context.Context, d authstore.Device, most int) error
	Device(ctx context.Context, t authstore.Token, person string) (authstore.Device, error)
	PutFactor(ctx context.Context, f authstore.Factor, codes []authstore.Token, notes ...authstore.Audit) error
	Factors(ctx context.Context, person string) ([]authstore.Factor, error)
	NameFactor(ctx context.Context, person, id, name string, notes ...authstore.Audit) error
	UseTOTP(ctx context.Context, id string, step, at int64) error
	UseFactor(ctx context.Context, id string, data []byte, at int64) error
	DropFactor(ctx context.Context, person, id string, keep bool, notes ...authstore.Audit) error
	DropFactors(ctx context.Context, person string, at int64, notes ...authstore.Audit) error
	SeeReset(ctx context.Context, person string) error
	PutCodes(ctx context.Context, person string, codes []authstore.Token, notes ...authstore.Audit) error
	UseCode(ctx context.Context, person string, code authstore.Token, notes ...authstore.Audit) error
	Codes(ctx context.Context, person string) (int, error)
	PutDeviceCode(ctx context.Context, c authstore.DeviceCode, notes ...authstore.Audit) error
	TryDeviceCode(ctx context.Context, person string, code authstore.Token, most int, now int64) (bool, error)
	LinksOf(ctx context.Context, person string) ([]authstore.Link, error)
	RenewLink(ctx context.Context, l authstore.Link, notes ...authstore.Audit) error
	ReplaceLink(ctx context.Context, old authstore.Token, l authstore.Link, notes ...authstore.Audit) error
	CloseLinks(ctx context.Context, person string, in authstore.Scope, notes ...authstore.Audit) error
	PutStep(ctx context.Context, step authstore.Step) error
	Step(ctx context.Context, t authstore.Token) (authstore.Step, error)
	TakeStep(ctx context.Context, t authstore.Token) error
	ForgetAddresses(ctx context.Context, before int64) error
	Note(ctx context.Context, a authstore.Audit) error
	Audited(ctx context.Context, before int64, n int) ([]authstore.Audited, error)
	Close() error
}

// Opener opens the database kept in dir, or a new one where it is empty. Each
// case has a dir of its own; one that opens the same dir again, after Close,
// must find what it wrote.
type Opener func(t *testing.T, dir string) Store

// Run runs the suite.
func Run(t *testing.T, open Opener) {
	t.Helper()
	for name, test := range map[string]func(*bench){
		"People":          testPeople,
		"Account":         testAccount,
		"Grants":          testGrants,
		"Links":           testLinks,
		"DeviceCodes":     testDeviceCodes,
		"DeviceCodeTries": testDeviceCodeTries,
		"LinksOf":         testLinksOf,
		"ReplaceLink":     testReplaceLink,
		"Slides":          testSlides,
		"LinkOnce":        testLinkOnce,
		"Sessions":        testSessions,
		"Audit":           testAudit,
		"Accounts":        testAccounts,
		"Disabled":        testDisabled,
		"Password":        testPassword,
		"Revoke":          testRevoke,
		"RevokeBoth":      testRevokeBoth,
		"Regrant":         testRegrant,
		"LinkFor":         testLinkFor,
		"LinkKnown":       testLinkKnown,
		"Reset":           testReset,
		"Seen":            testSeen,
		"APITokens":       testAPITokens,
		"Noted":           testNoted,
		"Erase":           testErase,
		"Devices":         testDevices,
		"Addresses":       testAddresses,
		"Factors":         testFactors,
		"FactorLast":      testFactorLast,
		"FactorReset":     testFactorReset,
		"CodeOnce":        testCodeOnce,
		"Steps":           testSteps,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := &bench{t: t, opener: open, dir: t.TempDir()}
			b.open()
			test(b)
		})
	}
}

// bench is the place of one case: a store, and what is often done with it. What
// fails ends the case.
type bench struct {
	Store
	t      *testing.T
	opener Opener
	dir    string
}

// open opens the store; it is closed at the end.
func (b *bench) open() {
	s := b.opener(b.t, b.dir)
	b.t.Cleanup(func() { _ = s.Close() }) // again, in some cases
	b.Store = s
}

func (b *bench) reopen() {
	b.t.Helper()
	b.must(b.Close())
	b.open()
}

func (b *bench) ctx() context.Context { return b.t.Context() }

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// in is a scope in some area.
func in(object, part string) authstore.Scope {
	return authstore.Scope{Area: "area", Object: object, Part: part}
}
