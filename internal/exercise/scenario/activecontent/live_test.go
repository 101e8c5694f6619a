package activecontent_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"io/fs"
	"strings"
	"testing"

	"renkei/internal/exercise/scenario/activecontent"
)

func zipped(t *testing.T, files ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(files[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func gzipped(t *testing.T, data string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(data)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func deflated(t *testing.T, data string) string {
	t.Helper()
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	if _, err := z.Write([]byte(data)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func tarred(t *testing.T, name, data string, mode fs.FileMode) string {
	t.Helper()
	var b bytes.Buffer
	z := tar.NewWriter(&b)
	h := &tar.Header{Name: name, Size: int64(len(data)), Mode: 0o644, Typeflag: tar.TypeReg, Format: tar.FormatPAX}
	if mode&fs.ModeSymlink != 0 {
		h.Typeflag, h.Linkname, h.Size = tar.TypeSymlink, "/etc/passwd", 0
	}
	if err := z.WriteHeader(h); err != nil {
		t.Fatal(err)
	}
	if h.Size > 0 {
		if _, err := z.Write([]byte(data)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func wide(s string) string { return strings.Join(strings.Split(s, ""), "\x00") + "\x00" }

const (
	pe  = "MZ\x90\x00\x03\x00\x00\x00PE\x00\x00"
	ole = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
	lnk = "\x4c\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"
)

func TestLook(t *testing.T) {
	t.Parallel()
	deep := "#!/bin/sh"
	for range 7 {
		deep = gzipped(t, deep)
	}
	encrypted := []byte(zipped(t, "a.exe", pe))
	encrypted[6] |= 1 // in the local header, and below in the directory
	encrypted[bytes.Index(encrypted, []byte("PK\x01\x02"))+8] |= 1
	eicar := `X5O!P%@AP[4\PZX54(P^)7CC)7}$` + `EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`
	mail := "From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" +
		"--x\r\nContent-Type: text/html\r\n\r\n<b onclick=\"x\">\r\n" +
		"--x\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=a.bin\r\n" +
		"Content-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString([]byte(pe)) + "\r\n--x--\r\n"
	for name, tc := range map[string]struct{ file, data, want string }{
		"PE":                {"a.txt", pe, "program PE"},
		"ELF":               {"a", "\x7fELF\x02", "program ELF"},
		"Mach-O":            {"a", "\xcf\xfa\xed\xfe\x07", "program Mach-O"},
		"Java":              {"a", "\xca\xfe\xba\xbe\x00", "program Mach-O / Java"},
		"MSI":               {"a.doc", ole + "\x84\x10\x0c\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46", "program MSI"},
		"shebang":           {"a.txt", "#!/bin/sh\nrm", "script #!"},
		"PowerShell":        {"a.PS1", "Get-Date", "script .ps1"},
		"LNK":               {"a.pdf", lnk, "link LNK"},
		"macros":            {"a.xls", ole + wide("_VBA_PROJECT"), "macro VBA"},
		"package":           {"a.doc", ole + wide("Ole10Native"), "macro Ole10Native"},
		"encrypted office":  {"a.docx", ole + wide("EncryptedPackage"), "opaque EncryptedPackage"},
		"docm":              {"a.docx", zipped(t, "word/vbaProject.bin", "x"), "macro vbaproject.bin"},
		"XLM":               {"a.xlsx", zipped(t, "xl/macrosheets/sheet1.xml", "x"), "macro xl/macrosheets/"},
		"RTF":               {"a.rtf", `{\rtf1 {\object\objdata 01}}`, `macro \objdata`},
		"PDF":               {"a.pdf", "%PDF-1.7\n1 0 obj <</S/JavaScript/JS(x)>>", "action /JavaScript|action /JS"},
		"PDF in hex":        {"a.pdf", "%PDF-1.7\n1 0 obj <</S/#4aavaScript>>", "action /JavaScript"},
		"PDF compressed":    {"a.pdf", "%PDF-1.7\n<</Length 9>>stream\r\n" + deflated(t, "<</S/Launch>>") + "\nendstream", "action /Launch"},
		"PDF encrypted":     {"a.pdf", "%PDF-1.7\ntrailer <</Encrypt 5 0 R>>", "opaque encrypted PDF"},
		"HTML":              {"a.txt", "\n<!DOCTYPE html><body onload=\"x()\"><SCRIPT>", "action onload|action script"},
		"SVG":               {"a.svg", "<?xml version='1.0'?><svg><script/></svg>", "action script"},
		"refresh":           {"a.html", `<meta http-equiv="refresh" content="0">`, "action refresh"},
		"in a zip":          {"a.zip", zipped(t, "d/run.dat", pe), "program PE in d/run.dat"},
		"in a zip in a zip": {"a.zip", zipped(t, "b.zip", zipped(t, "c", pe)), "program PE in b.zip / c"},
		"in a gzip":         {"a.gz", gzipped(t, pe), "program PE in a"},
		"in a tar":          {"a.tar", tarred(t, "x", pe, 0), "program PE in x"},
		"in a mail":         {"a.eml", mail, "action onclick in mail / body.html|program PE in mail / a.bin"},
		"zip that climbs":   {"a.zip", zipped(t, "../x", "y"), "climbs path in ../x"},
		"absolute":          {"a.zip", zipped(t, "/etc/x", "y"), "climbs path in /etc/x"},
		"drive":             {"a.zip", zipped(t, `C:\x`, "y"), `climbs path in C:\x`},
		"tar with link":     {"a.tar", tarred(t, "x", "", fs.ModeSymlink), "climbs link in x"},
		"encrypted zip":     {"a.zip", string(encrypted), "opaque encrypted zip"},
		"7z":                {"a.7z", "7z\xbc\xaf\x27\x1c", "opaque 7z"},
		"bomb":              {"a.zip", zipped(t, "x", strings.Repeat("\x00", 65<<20)), "bomb size"},
		"deep":              {"a.gz", deep, "bomb depth in a / a / a / a / a"},
		"EICAR":             {"a.txt", "x " + eicar, "eicar EICAR"},
		"damaged zip":       {"a.zip", "PK\x03\x04xxxx", "opaque zip"},

		"text":              {"a.txt", "MZ is how it begins. #!/bin/sh is in line 3.", ""},
		"log with attempts": {"proxy.log", "GET /?q=<script>alert(1)</script> javascript:x", ""},
		"plain HTML":        {"a.html", "<p>only = text</p> <a href='x'>", ""},
		"plain PDF":         {"a.pdf", "%PDF-1.7\n1 0 obj <</Type/Catalog/OpenAction[3 0 R /Fit]>>", ""},
		"docx":              {"a.docx", zipped(t, "word/document.xml", "<?xml version='1.0'?><w:document/>"), ""},
		"xls":               {"a.xls", ole + wide("Workbook"), ""},
		"plain mail":        {"a.eml", "Subject: x\r\nContent-Type: text/plain\r\n\r\n<script>", ""},
		"PNG":               {"a.png", "\x89PNG\r\n\x1a\n", ""},
		"empty":             {"a", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			found, _ := activecontent.Look(tc.file, []byte(tc.data), 1<<30)
			for _, f := range found {
				s := string(f.Kind) + " " + f.What
				if f.Inside != "" {
					s += " in " + f.Inside
				}
				got = append(got, s)
			}
			if strings.Join(got, "|") != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

// FuzzLook sees that nothing panics.
func FuzzLook(f *testing.F) {
	f.Add("a.pdf", []byte("%PDF-1.7 stream\n\x78\x9c /#4 /#zz"))
	f.Add("a.eml", []byte("Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/html\n\n--x--"))
	f.Add("a.zip", []byte("PK\x05\x06"+strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		found, unpacked := activecontent.Look(name, data, 1<<20)
		if unpacked > 1<<20 {
			t.Fatal(unpacked)
		}
		for _, x := range found {
			if x.Kind == "" || x.Offset < 0 || x.Offset > len(data) {
				t.Fatalf("%+v", x)
			}
		}
	})
}
