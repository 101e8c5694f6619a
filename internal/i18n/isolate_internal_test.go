package i18n

import "testing"

func TestIsolated(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"مها":           "\u2068مها\u2069",
		"CERT-مصر (EG)": "\u2068CERT-مصر (EG)\u2069",
		"שלום":          "\u2068שלום\u2069",
		"ศูนย์ประสานงาน": "ศูนย์ประสานงาน",
		"ខ្មែរ": "ខ្មែរ",
		"Ada":   "Ada",
		"連携":    "連携",
	} {
		args := Args{"Name": text, "N": 3}
		got := isolated(args)
		if got["Name"] != want || got["N"] != 3 || args["Name"] != text {
			t.Errorf("%q becomes %q, want %q", text, got["Name"], want)
		}
		if again := isolated(got); again["Name"] != want {
			t.Errorf("%q is set apart twice: %q", text, again["Name"])
		}
	}
}
