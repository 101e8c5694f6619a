package scenario

import "slices"

// sort says what stands in a field, for the parser's list of known fields and
// for the JSON Schema.
type sort uint8

const (
	sortString sort = iota // any scalar, as it is written
	sortKey
	sortText // a string, or a map from language to string
	sortForms
	sortMentions
	sortGroups // forms, or groups of them
	sortStrings
	sortOneOrMany
	sortNumber
	sortInteger
	sortBool
	sortDuration // longer than nothing
	sortMoment   // a duration that may be nothing
	sortSize
	sortTime
	sortLanguages
	sortAfter // a key and a delay
	sortEnum
	sortTolerance
	sortInstant
	sortVars
	sortFlow // a key, or a flow in place
	sortObject
	sortObjects
)

// shape is a YAML map of the format with its fields, in the order in which
// they are best written.
type shape struct {
	name   string
	fields []fieldShape
}

type fieldShape struct {
	name     string
	sort     sort
	required bool
	of       string   // shape of an object, or of the objects in a list
	values   []string // of an enum; one that ends in ":" begins "<value><key>"
	min, max float64  // of a number
	least    int      // elements of a list
}

func must(f fieldShape) fieldShape {
	f.required = true
	return f
}

func one(name string, s sort) fieldShape { return fieldShape{name: name, sort: s} }
func enum(name string, values ...string) fieldShape {
	return fieldShape{name: name, sort: sortEnum, values: values}
}

func number(name string, least, most float64) fieldShape {
	return fieldShape{name: name, sort: sortNumber, min: least, max: most}
}

func integer(name string, least, most float64) fieldShape {
	return fieldShape{name: name, sort: sortInteger, min: least, max: most}
}
func many(name, of string) fieldShape { return fieldShape{name: name, sort: sortObjects, of: of} }
func object1(name, of string) fieldShape {
	return fieldShape{name: name, sort: sortObject, of: of}
}

func atLeast(n int, f fieldShape) fieldShape {
	f.least = n
	return f
}

// names lists the fields.
func (s shape) names() []string {
	all := make([]string, len(s.fields))
	for i, f := range s.fields {
		all[i] = f.name
	}
	return all
}

// formatShapes gives every map of the format by its name. It is the one place
// that knows which fields there are.
func formatShapes() map[string]shape {
	all := map[string]shape{}
	for _, s := range slices.Concat(packShapes(), unitShapes(), mselShapes(), taskShapes(), flowShapes()) {
		all[s.name] = s
	}
	return all
}

func packShapes() []shape {
	return []shape{
		{"pack", []fieldShape{
			must(enum("format", Format)), must(one("key", sortKey)), must(one("version", sortString)),
			must(enum("kind", KindRCX, KindTTX)), must(one("title", sortText)), one("summary", sortText),
			must(atLeast(1, one("languages", sortLanguages))), one("authors", sortStrings), one("licence", sortString),
			enum("tlp", tlpNames[1:]...), must(one("duration", sortDuration)), must(one("startex", sortTime)),
			many("phases", "phase"), many("objectives", "objective"), many("personas", "persona"),
			many("roles", "role"), object1("units", "units"), many("real_hosts", "real_host"),
		}},
		{"real_host", []fieldShape{must(one("name", sortString)), must(one("reason", sortString))}},
		{"phase", []fieldShape{must(one("key", sortKey)), must(one("title", sortText))}},
		{"objective", []fieldShape{
			must(one("key", sortKey)), must(one("title", sortText)), one("capability", sortText), one("reference", sortText),
			many("critical_tasks", "critical_task"),
		}},
		{"critical_task", []fieldShape{must(one("key", sortKey)), must(one("title", sortText))}},
		{"role", []fieldShape{must(one("key", sortKey)), must(one("title", sortText)), one("about", sortText)}},
	}
}

func unitShapes() []shape {
	return []shape{
		{"persona", []fieldShape{
			must(one("key", sortKey)), must(one("name", sortText)), one("role", sortText),
			one("address", sortString), many("replies", "reply"),
		}},
		{"reply", []fieldShape{
			must(one("key", sortKey)), one("ask", sortForms), one("match", sortForms), must(one("text", sortText)),
			one("delay", sortMoment), one("once", sortBool), one("auto", sortBool),
		}},
		{"units", []fieldShape{integer("min", 1, 1000), one("vars", sortVars), many("cells", "cell")}},
		{"cell", []fieldShape{must(one("key", sortKey)), must(one("name", sortText))}},
	}
}

func mselShapes() []shape {
	return []shape{
		{"msel", []fieldShape{must(many("injects", "inject")), many("decisions", "decision"), many("flows", "flow")}},
		{"inject", []fieldShape{
			must(one("key", sortKey)), must(one("title", sortText)), must(one("phase", sortString)),
			must(one("from", sortString)), must(enum("to", AudTeams, AudCells, AudAll, CellPrefix)),
			one("at", sortMoment), one("after", sortAfter), one("when", sortString), one("since", sortString),
			one("within", sortDuration), one("delay", sortDuration), one("unless", sortString), one("branch", sortString),
			enum("tlp", tlpNames[1:]...), one("for", sortOneOrMany), one("attachments", sortStrings),
			enum("kind", kinds()...), enum("mode", modes()...), one("delivery", sortText),
			one("objectives", sortStrings), one("expected", sortText), one("controller", sortString),
			one("notes", sortText), many("replies", "reply"), many("tasks", "task"), object1("relay", "relay"),
		}},
		{"relay", []fieldShape{must(enum("to", AudCells, CellPrefix)), many("tasks", "task")}},
		{"decision", []fieldShape{
			must(one("key", sortKey)), must(one("title", sortText)), enum("scope", "each", "all"),
			one("at", sortMoment), one("after", sortAfter), must(atLeast(2, many("branches", "branch"))),
		}},
		{"branch", []fieldShape{must(one("key", sortKey)), must(one("title", sortText)), one("when", sortString), one("outcome", sortText)}},
	}
}

func kinds() []string { return []string{KindContextual, KindContingency, KindAdministrative} }

func modes() []string {
	return []string{"email", "phone", "chat", "ticket", "news", "social", "document", "person"}
}

func taskTypes() []string {
	return []string{TaskReport, TaskAnswer, TaskChoice, TaskIndicators, TaskShare, TaskFlag, TaskFile}
}

func taskShapes() []shape {
	return []shape{
		{"task", []fieldShape{
			must(one("key", sortKey)), must(enum("type", taskTypes()...)), one("phase", sortString),
			must(one("prompt", sortText)), must(one("due", sortDuration)), number("points", 0, maxPoints), integer("weight", 1, maxWeight), one("prevents", sortText),
			integer("attempts", 1, 1000), one("critical", sortString), one("for", sortOneOrMany),
			one("branch", sortString), enum("feedback", "now", "after"), many("hints", "hint"), many("needs", "need"),
			object1("effort", "effort"), number("difficulty", 0, 1),
			one("accept", sortForms), one("contains", sortForms), one("refuse", sortForms), one("match", sortForms),
			one("number", sortString), one("unit", sortOneOrMany), one("tolerance", sortTolerance),
			one("time", sortInstant), one("date", sortInstant), enum("zone", ZoneUTC, ZoneUnit), atLeast(2, many("parts", "part")),
			object1("examples", "examples"), number("solved_at", 0, 1), atLeast(1, many("options", "option")),
			one("flag", sortString), many("files", "file_rule"), one("max_size", sortSize),
			atLeast(1, many("form", "form_part")), one("mentions", sortMentions), one("avoid", sortForms),
			one("flow", sortFlow),
		}},
		{"part", []fieldShape{
			one("contains", sortForms), one("refuse", sortForms), one("number", sortString), one("unit", sortOneOrMany),
			one("tolerance", sortTolerance), one("time", sortInstant), one("date", sortInstant), enum("zone", ZoneUTC, ZoneUnit),
		}},
		{"option", []fieldShape{must(one("key", sortKey)), must(one("text", sortText)), one("correct", sortBool)}},
		{"form_option", []fieldShape{must(one("key", sortKey)), must(one("text", sortText))}},
		{"hint", []fieldShape{
			must(one("text", sortText)), number("cost", 0, maxPoints), one("after", sortDuration), integer("wrong", 1, 1000),
		}},
		{"need", []fieldShape{must(one("flow", sortString)), must(enum("from", EndNext, EndPrev))}},
		{"effort", []fieldShape{
			must(one("min", sortMoment)), must(one("likely", sortMoment)), must(one("max", sortDuration)),
		}},
		{"examples", []fieldShape{one("right", sortForms), one("wrong", sortForms)}},
		{"file_rule", []fieldShape{
			one("sha256", sortString), one("name", sortString), one("media", sortString),
			one("min", sortSize), one("max", sortSize),
		}},
		{"form_part", []fieldShape{
			must(one("key", sortKey)), must(one("title", sortText)), enum("kind", partKinds()...),
			one("required", sortBool), one("hint", sortText), atLeast(1, many("options", "form_option")),
		}},
	}
}

func partKinds() []string { return []string{PartText, PartNumber, PartTime, PartList, PartChoice} }

func flowShapes() []shape {
	to := []string{EndLiaison, EndNext, EndPrev, EndExcon, EndTeam, PersonaPrefix, CellPrefix}
	return []shape{
		{"flow", []fieldShape{
			must(one("key", sortKey)), must(one("title", sortText)), one("phase", sortString),
			must(enum("from", EndTeam, CellPrefix)), must(enum("to", to...)), must(one("after", sortString)),
			must(one("within", sortDuration)), one("what", sortGroups), one("avoid", sortForms), one("relay", sortString), enum("tlp", tlpNames[1:]...),
			one("never", sortStrings), one("never_what", sortForms), one("critical", sortString), number("difficulty", 0, 1), integer("weight", 1, maxWeight), one("prevents", sortText),
		}},
		{"task_flow", []fieldShape{
			one("key", sortKey), one("title", sortText), one("phase", sortString),
			enum("from", EndTeam, CellPrefix), must(enum("to", to...)), one("after", sortString),
			one("within", sortDuration), one("what", sortGroups), one("avoid", sortForms), one("relay", sortString), enum("tlp", tlpNames[1:]...),
			one("never", sortStrings), one("never_what", sortForms), number("difficulty", 0, 1), integer("weight", 1, maxWeight), one("prevents", sortText),
		}},
	}
}
