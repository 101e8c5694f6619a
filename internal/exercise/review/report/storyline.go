package report

// titled is a key with the title that the reader may know.
func (pg *page) titled(kind, key string) string {
	if title := pg.r.Titles[kind+key]; title != "" {
		return clean(key + " " + title)
	}
	return clean(key)
}

func (pg *page) branchName(key string) string {
	if key == "" {
		return pg.t("ways.none")
	}
	return pg.titled("branch:", key)
}

// whose names the team that took a way; "" is everybody.
func (pg *page) whose(unit string) string {
	if unit == "" {
		return pg.t("ways.all")
	}
	return pg.unitNames([]string{unit})
}
