package msel

import "strings"

// writeTexts writes the text files of a new inject.
func writeTexts(files map[string][]byte, key string, values map[string]string, langs []string) {
	for _, lang := range langs {
		subject, body := values["subject."+lang], values["text."+lang]
		if subject == "" && body == "" {
			continue
		}
		if subject == "" {
			subject = values["title."+lang]
		}
		files[textPath(key, lang)] = []byte(textFile(subject, body, "\n"))
	}
}

func textFile(subject, body, eol string) string {
	text := body + "\n"
	if subject != "" {
		text = "# " + strings.Join(strings.Fields(subject), " ") + "\n\n" + text
	}
	return strings.ReplaceAll(text, "\n", eol)
}

// rewriteText changes subject or body of a text file; one with neither is
// removed.
func rewriteText(files map[string][]byte, key, part, lang, to string) {
	path := textPath(key, lang)
	subject, body := parts(files[path])
	if part == "subject" {
		subject = to
	} else {
		body = to
	}
	if subject == "" && body == "" {
		delete(files, path)
		return
	}
	eol := "\n"
	if strings.Contains(string(files[path]), "\r\n") {
		eol = "\r\n"
	}
	files[path] = []byte(textFile(subject, body, eol))
}
