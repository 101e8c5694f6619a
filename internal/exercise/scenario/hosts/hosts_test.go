package hosts_test

import (
	"strings"
	"testing"

	"renkei/internal/exercise/scenario/hosts"
)

func TestFind(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"connect to 8.8.8.8 now":                    "address 8.8.8.8",
		"8[.]8[.]8[.]8":                             "address 8.8.8.8",
		"８．８．８．８":                                   "address 8.8.8.8",
		"8.8.8.8:53, 1.1.1.1/32":                    "address 8.8.8.8|address 1.1.1.1",
		"http://8.8.8.8/x":                          "address 8.8.8.8",
		"2606:4700::1111":                           "address 2606:4700::1111",
		"[2606:4700::1111]:443":                     "address 2606:4700::1111",
		"https://[2606:4700::1111]:443/":            "address 2606:4700::1111",
		"2606[:]4700[:][:]1111":                     "address 2606:4700::1111",
		"::ffff:8.8.8.8":                            "address 8.8.8.8",
		"evil.com":                                  "domain evil.com",
		"Evil.COM.":                                 "domain evil.com",
		"evil[.]com and evil(dot)co(dot)jp":         "domain evil.com|domain evil.co.jp",
		"hxxps://evil[.]com/a.php?x=1":              "url evil.com",
		"hxxps[://]evil[.]com":                      "url evil.com",
		"https://a.example/?next=https://evil.com/": "url evil.com",
		"https://user:pw@evil.com:8443/x":           "url evil.com",
		"mail to ceo@evil.com today":                "mail evil.com",
		"ceo[at]evil[.]com":                         "mail evil.com",
		"通信先はevil.comです。":                           "domain evil.com",
		"日本語.jp に接続":                                "domain 日本語.jp",
		"evil.github.io":                            "domain evil.github.io",
		`evil\.com`:                                 "domain evil.com",
		`\\evil.com\share`:                          "domain evil.com",
		"https://readme.md/":                        "url readme.md",
		"x@setup.py":                                "mail setup.py",
		"update.evil.sh":                            "domain update.evil.sh",
		"evil.zip/a":                                "domain evil.zip",
		"8.8.8.8.in-addr.arpa":                      "domain 8.8.8.8.in-addr.arpa",
		strings.Repeat("a", 56) + ".onion":          "domain " + strings.Repeat("a", 56) + ".onion",
		"CONNECT evil.co.th:443 HTTP/1.1":           "domain evil.co.th",
		"xn--wgv71a119e.jp":                         "domain xn--wgv71a119e.jp",
		"8.8.8.8。8.8.4.4":                           "address 8.8.8.8|address 8.8.4.4",

		"203.0.113.9 198.51.100.1 192.0.2.255 10.1.2.3":                    "",
		"172.31.0.1 192.168.1.1 127.0.0.1 169.254.1.1":                     "",
		"100.64.0.1 255.255.255.0 0.0.0.0 224.0.0.251":                     "",
		"2001:db8::1 2001:db8:5a17::25: no 3fff:abc::1":                    "",
		"fe80::1 fd00::1 ::1 ff02::fb dead::beef":                          "",
		"version 9.2.1.4, v 1.2.3.4, バージョン9.2.1.4":                         "",
		"firmware=9.2.1.4 v9.2.1.4":                                        "",
		"1.3.6.1.4.1.311.10":                                               "",
		"10:02:00 00:1a:2b:3c:4d:5e 16/Jun/2027:10:02:00":                  "",
		"2027-06-16 10:02:00.123Z":                                         "",
		"a.example b.test c.invalid localhost x.localhost":                 "",
		"www.example.com a@example.org example.net":                        "",
		"printer.home.arpa nas.local api.internal":                         "",
		"hxxps://c2[.]attacker[.]example/gate.php":                         "",
		"report.pdf cmd.exe proxy.log backup.tar.gz":                       "",
		"readme.md script.sh setup.py id_rsa.pub a.zip":                    "",
		"report.2027.md /usr/bin/x.y.sh libc.so.6":                         "",
		`C:\Windows\System32\drv.cat ASTHOSP\anna.li`:                      "",
		"/mail/a@hospital.example.box 2.1 GB":                              "",
		"user=anna.li sid=3":                                               "",
		"anna.li@hospital.example":                                         "",
		"asyncio.run(main()) System.Net.WebClient":                         "",
		`"user.name": "x", "event.id": 4`:                                  "",
		"It was logged.So we looked. e.g. this, i.e. that":                 "",
		"names under .go.jp or co.jp":                                      "",
		"evil.onion tide.onion":                                            "",
		"9.113.0.203.in-addr.arpa":                                         "",
		"4097b4f1ec7457d687280d8b14f79b0ab3e88634d1d299cab3a5b00fe5f68f0c": "",
		"確認した。jpの話ではない":                                                    "",
		"std::vector a::b":                                                 "",
	} {
		var got []string
		for _, h := range hosts.Find(text) {
			got = append(got, string(h.Kind)+" "+h.Name)
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestFindSaysWhere(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"to evil.com now":         "evil.com",
		"to hxxp://evil[.]com/ x": "evil[.]com",
		"（evil．com）":              "evil．com",
		"x [2606[:]4700::1] y":    "2606[:]4700::1",
	} {
		found := hosts.Find(text)
		if len(found) != 1 || text[found[0].Offset:found[0].End] != want {
			t.Errorf("%q: %+v", text, found)
		}
	}
}

// FuzzFind sees that nothing panics and every place is inside the text.
func FuzzFind(f *testing.F) {
	f.Add("hxxps[://]evil[.]com/ 8[.]8.8.8 [2606:4700::1]:1 日本語.jp ceo[at]evil.com")
	f.Add("://@.::.")
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for _, h := range hosts.Find(text) {
			if h.Offset < last || h.End <= h.Offset || h.End > len(text) || h.Name == "" {
				t.Fatalf("%q: %+v", text, h)
			}
			last = h.Offset
		}
	})
}
