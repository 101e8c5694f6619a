package community_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"renkei/internal/community"
	"renkei/internal/community/demo"
)

// newKey makes a key that lasts so many seconds, as it is handed in; 0 is for
// good.
func newKey(tb testing.TB, seconds uint32, private bool) (armored string, e *openpgp.Entity) {
	tb.Helper()
	config := &packet.Config{Algorithm: packet.PubKeyAlgoEdDSA, KeyLifetimeSecs: seconds, Time: func() time.Time { return day("2026-04-01") }}
	e, err := openpgp.NewEntity("Duty desk", "", "duty@camcert.example", config)
	if err != nil {
		tb.Fatal(err)
	}
	kind, write := openpgp.PublicKeyType, e.Serialize
	var b bytes.Buffer
	if private {
		kind = openpgp.PrivateKeyType
	}
	w, err := armor.Encode(&b, kind, nil)
	if err != nil {
		tb.Fatal(err)
	}
	if private {
		err = e.SerializePrivate(w, config)
	} else {
		err = write(w)
	}
	if err := errors.Join(err, w.Close()); err != nil {
		tb.Fatal(err)
	}
	return b.String(), e
}

// TestKeys reads keys with and without an end, and refuses what is none.
func TestKeys(t *testing.T) {
	t.Parallel()
	armored, e := newKey(t, 24*60*60, false)
	keys, err := community.ReadKeys(armored)
	if err != nil || len(keys) != 1 {
		t.Fatalf("%+v, %v", keys, err)
	}
	k := keys[0]
	if len(k.Fingerprint) != 40 || k.Users[0] != "Duty desk <duty@camcert.example>" || !k.Expires.Equal(day("2026-04-02")) {
		t.Errorf("%+v", k)
	}
	if want := strings.ToUpper(e.PrimaryKey.KeyIdString()); !strings.HasSuffix(k.Fingerprint, want) || !strings.HasSuffix(strings.ReplaceAll(k.Spaced(), " ", ""), want) {
		t.Errorf("the fingerprint %s does not end with %s", k.Fingerprint, want)
	}
	if k.Expired(day("2026-04-01")) || !k.Expired(day("2026-04-02")) {
		t.Error("it expires on another day")
	}
	lasting, _ := newKey(t, 0, false)
	if keys, err := community.ReadKeys(lasting); err != nil || !keys[0].Expires.IsZero() || keys[0].Expired(day("2099-01-01")) {
		t.Errorf("%+v, %v", keys, err)
	}
	private, _ := newKey(t, 0, true)
	for want, text := range map[string]string{"key_private": private, "key": "no key", "key_large": strings.Repeat("x", 65<<10)} {
		var refused *community.Refusal
		if _, err := community.ReadKeys(text); !errors.As(err, &refused) || refused.Code != want {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// TestVCard writes a card with everything that has to be escaped and folded.
func TestVCard(t *testing.T) {
	t.Parallel()
	c := &community.Contact{
		ID: "duty", Role: community.Text{"en": "Duty; desk, one\nand two", "ja": strings.Repeat("当直窓口", 12)}, Zone: "Asia/Tokyo", Hours: "24/7", Languages: []string{"ja", "en"},
		Channels: []community.Channel{{Kind: community.Mail, Value: "a@b.example"}, {Kind: community.Phone, Value: "+999 1"}, {Kind: community.Mattermost, Value: "@a"}},
		Keys:     []community.Key{{Fingerprint: "ABCD"}},
	}
	o := &community.Organisation{Names: community.Names{{Full: community.Text{"en": "CamCERT"}}}}
	card := community.VCard(c, o, nil, day("2026-11-30"), "en")
	for _, want := range []string{
		"BEGIN:VCARD\r\nVERSION:4.0\r\n", "KIND:group\r\n", `ROLE:Duty\; desk\, one\nand two` + "\r\n", "EMAIL;TYPE=work:a@b.example\r\n",
		"TEL;TYPE=work,voice;VALUE=text:+999 1\r\n", "IMPP:mattermost:@a\r\n", "TZ:Asia/Tokyo\r\n", "KEY;VALUE=text:openpgp4fpr:ABCD\r\n", "LANG;PREF=2:en\r\n",
	} {
		if !strings.Contains(card, want) {
			t.Errorf("it lacks %q:\n%s", want, card)
		}
	}
	card = community.VCard(c, o, &community.Person{Name: community.Text{"en": "Dara"}}, day("2026-11-30"), "ja")
	for line := range strings.Lines(card) {
		if len(line) > 77 || !strings.HasSuffix(line, "\r\n") {
			t.Errorf("a line of %d octets: %q", len(line), line)
		}
	}
	if unfolded := strings.ReplaceAll(card, "\r\n ", ""); !strings.Contains(unfolded, "ROLE:"+strings.Repeat("当直窓口", 12)+"\r\n") || !strings.Contains(unfolded, "FN:Dara\r\n") {
		t.Errorf("unfolded: %s", unfolded)
	}
	erased := community.VCard(c, o, &community.Person{Erased: true}, day("2026-11-30"), "en")
	if !strings.Contains(erased, "KIND:group") {
		t.Errorf("an erased person has a card: %s", erased)
	}
}

// FuzzRFC2350 writes what it has read, and reads the same.
func FuzzRFC2350(f *testing.F) {
	f.Add("1. Document Information\n1.1 Date of last update: 2026\n\n3.2. Constituency\n   All of Cambodia\n   2. is no heading here\n")
	f.Add("7. Disclaimers\r\n\r\nnone\r\n")
	f.Add("2.10 Other Information\n x\n2.1 Name of the Team\n y")
	f.Fuzz(func(t *testing.T, text string) {
		texts, err := community.ReadRFC2350(text)
		if err != nil {
			return
		}
		written := community.WriteRFC2350(texts)
		again, err := community.ReadRFC2350(written)
		if err != nil {
			t.Fatalf("%q is written as %q, which is %v", text, written, err)
		}
		if second := community.WriteRFC2350(again); second != written {
			t.Fatalf("%q becomes %q", written, second)
		}
	})
}

// TestDemo has the demo community be right by itself: all of it can be entered,
// in both languages, and leads nowhere.
func TestDemo(t *testing.T) {
	t.Parallel()
	records, err := demo.Records()
	if err != nil {
		t.Fatal(err)
	}
	r := community.NewRegistry()
	for _, c := range demo.Changes(records, "", "demo") {
		if err := r.Check(c); err != nil {
			t.Fatalf("%s: %+v", c.ID, err)
		}
		r = r.With(community.Revision{Number: r.Last + 1, Of: c.Of, ID: c.ID, Record: c.Record})
	}
	then, now := day("2023-10-01"), day("2026-11-30")
	if n := len(r.Members()); n != 12 {
		t.Errorf("%d members", n)
	}
	active := 0
	for _, m := range r.Members() {
		if m.Active(then) {
			active++
		}
		if m.Names.At(now).Full["ja"] == "" || m.Zone == "" || len(r.Organisations(m.ID)) == 0 {
			t.Errorf("%s is not whole: %+v", m.ID, m)
		}
	}
	if active != 11 {
		t.Errorf("in 2023 there were %d members", active)
	}
	nco := r.Organisation("jp-policy").Names
	if nco.At(then).Short != "NISC" || nco.At(now).Short != "NCO" {
		t.Errorf("NISC is %s, then %s", nco.At(then).Short, nco.At(now).Short)
	}
	contacts := r.AllContacts()
	if len(contacts) != 24 {
		t.Errorf("%d contacts", len(contacts))
	}
	for _, c := range contacts {
		for _, ch := range c.Channels {
			if ch.Kind == community.Mail && !strings.HasSuffix(ch.Value, ".example") || ch.Kind == community.Phone && !strings.HasPrefix(ch.Value, "+999 ") {
				t.Errorf("%s leads somewhere: %s", c.ID, ch.Value)
			}
		}
	}
}

// FuzzReadKeys: what is read as a key is public, and is read again as the same.
func FuzzReadKeys(f *testing.F) {
	for _, private := range []bool{false, true} {
		armored, _ := newKey(f, 0, private)
		f.Add(armored)
	}
	f.Add("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n" + strings.Repeat("xsBN", 4000) + "\n-----END PGP PUBLIC KEY BLOCK-----\n")
	f.Fuzz(func(t *testing.T, armored string) {
		keys, err := community.ReadKeys(armored)
		if err != nil {
			return
		}
		for _, k := range keys {
			again, err := community.ReadKeys(k.Armored)
			if err != nil || len(again) != 1 || again[0].Fingerprint != k.Fingerprint {
				t.Errorf("%s is read again as %+v: %v", k.Fingerprint, again, err)
			}
		}
	})
}
