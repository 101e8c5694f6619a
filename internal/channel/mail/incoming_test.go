package mail_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"renkei/internal/channel/mail"
)

// summary is what a mail says, as the files beside the mails have it: the words,
// then a line for each answer (=), file (+), mail that came back (-), and why it is
// a machine's (!).
func summary(in *mail.Incoming) string {
	lines := []string{in.Said}
	if in.Said == "" {
		lines = nil
	}
	for _, a := range in.Form {
		lines = append(lines, "="+a.Task+" "+strings.ReplaceAll(a.Text, "\n", "|"))
	}
	for _, f := range in.Files {
		lines = append(lines, "+"+f.Name)
	}
	if in.Automatic != "" {
		lines = append(lines, "!"+in.Automatic)
	}
	for _, r := range in.Returned {
		lines = append(lines, fmt.Sprint("-", r.ID, " ", r.Reason))
	}
	return strings.Join(lines, "\n")
}

// TestRead reads mails as common programs write them.
func TestRead(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("testdata/mails/*.eml")
	if err != nil || len(names) < 15 {
		t.Fatal(len(names), err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".eml"), func(t *testing.T) {
			t.Parallel()
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			want, err := os.ReadFile(strings.TrimSuffix(name, ".eml") + ".txt")
			if err != nil {
				t.Fatal(err)
			}
			in, err := mail.Read(strings.NewReader(string(raw)))
			if err != nil {
				t.Fatal(err)
			}
			if got := summary(in); got != strings.TrimSpace(string(want)) {
				t.Errorf("it says\n%s\nwant\n%s\nof\n%s", got, want, in.Whole)
			}
			if len(in.Returned) > 0 {
				return
			}
			if in.From.Address != "ann@cert.asteria.internal" || len(in.Refs) == 0 || in.Refs[0] != "mmmmmmmmmmmmmmmmmmmmmmmmmm@sender.internal" ||
				in.To[0] != "exercise+abcdefghijklmnop@sender.internal" || in.ID == "" || in.Date.IsZero() {
				t.Errorf("%+v", in)
			}
		})
	}
}

func TestReadHeaders(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"Subject: =?iso-2022-jp?B?GyRCMWk9LBsoQg==?=\n\nx":                         "演習",
		"Subject: =?tis-620?Q?=A1=D2=C3?=\n\nx":                                    "การ",
		"Subject: =?no-such-charset?Q?x?=\n\nx":                                    "=?no-such-charset?Q?x?=",
		"Subject: a\r\n\tb =?utf-8?Q?=0D=0ABcc:_eve@desk.internal?=\r\n\r\nx":      "a b   Bcc: eve@desk.internal",
		"Subject: \xff\xfe raw\n\nx":                                               "\uFFFD raw",
		"From: =?bad <ann@x.internal>\nSubject: s\n\nx":                            "s",
		"From: \"A\" <a@x.internal>, <b@x.internal>\nSubject: several\n\nx":        "several",
		"Subject: first\nSubject: second\n\nx":                                     "first",
		"MIME-Version: 1.0\nSubject: bad type\nContent-Type: ;;;=\n\nx":            "bad type",
		"Subject: cut off\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx":  "cut off",
		"Subject: no boundary\nContent-Type: multipart/mixed\n\n--b\n\nx":          "no boundary",
		"Subject: encoding\nContent-Transfer-Encoding: x-strange\n\nx":             "encoding",
		"Subject: base64\nContent-Transfer-Encoding: base64\n\n!!!! not base64 !!": "base64",
	} {
		in, err := mail.Read(strings.NewReader(raw))
		if err != nil {
			t.Errorf("%q: %v", raw, err)
			continue
		}
		if in.Subject != want {
			t.Errorf("%q: %q, want %q", raw, in.Subject, want)
		}
	}
}

// TestReadHostile reads what nobody sends by accident: it fails, or returns little.
func TestReadHostile(t *testing.T) {
	t.Parallel()
	deep := "Subject: deep\nContent-Type: multipart/mixed; boundary=b0\n\n"
	for i := range 40 {
		deep += fmt.Sprintf("--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n", i, i+1)
	}
	many := "Subject: many\nContent-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\n\nx\n", 1000) + "--b--\n"
	for name, raw := range map[string]string{
		"empty": "", "no header": "\n\nx", "deep": deep, "many parts": many,
		"huge header": "Subject: " + strings.Repeat("x", 1<<20) + "\n\nx",
		"too large":   "Subject: x\n\n" + strings.Repeat("x", mail.MaxMail),
	} {
		if in, err := mail.Read(strings.NewReader(raw)); err == nil {
			t.Errorf("%s is read: %.100v", name, in)
		}
	}
	long := "Subject: long\nContent-Type: text/plain; charset=utf-8\n\n" + strings.Repeat("日本語\n", 300_000)
	in, err := mail.Read(strings.NewReader(long))
	if err != nil || len(in.Said) > 256<<10 || !utf8.ValidString(in.Said) || in.Said == "" {
		t.Errorf("%d bytes, %v", len(in.Said), err)
	}
	files := "Subject: files\nContent-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\nContent-Disposition: attachment; filename=\"../x\\y\"\n\nx\n", 15) + "--b--\n"
	in, err = mail.Read(strings.NewReader(files))
	if err != nil || len(in.Files) != 10 || in.Left != 5 || strings.ContainsAny(in.Files[0].Name, `/\`) {
		t.Errorf("%+v, %v", in, err)
	}
	page := "Subject: page\nContent-Type: text/html\n\n<script>alert(1)</script><style>x</style><img src=http://evil.internal/x><b onclick=x>bold</b> &lt;script&gt;" + strings.Repeat("<blockquote>", 5000) + "deep"
	in, err = mail.Read(strings.NewReader(page))
	if err != nil || in.Said != "bold <script>" || strings.Contains(in.Whole, "alert") || strings.Contains(in.Whole, "evil") {
		t.Errorf("%+v, %v", in, err)
	}
}

// FuzzRead reads anything.
func FuzzRead(f *testing.F) {
	names, err := filepath.Glob("testdata/mails/*.eml")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		in, err := mail.Read(strings.NewReader(string(raw)))
		if err != nil {
			return
		}
		for _, s := range []string{in.Said, in.Whole, in.Subject, in.From.Name, in.ID} {
			if !utf8.ValidString(s) {
				t.Errorf("%q", s)
			}
		}
		if strings.ContainsAny(in.Subject+in.From.Name+in.ID, "\r\n") {
			t.Errorf("%q", in.Subject)
		}
	})
}
